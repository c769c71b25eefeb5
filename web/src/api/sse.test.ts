import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLive } from './sse'
import type { LiveChange } from './types'

class FakeSource extends EventTarget {
  static made: FakeSource[] = []
  readyState = 1
  onerror: (() => void) | null = null
  constructor(readonly url: string) {
    super()
    FakeSource.made.push(this)
  }
  close() {
    this.readyState = 2
  }
  say(name: string, data: unknown) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }))
  }
  refuse() {
    this.readyState = 2
    this.onerror?.()
  }
}
const change = (pos: number) =>
  ({
    pos,
    at: '',
    actor: { kind: 'agent', id: 1, name: '' },
    kind: 'ticket.changed',
    about: { kind: 'ticket', id: 1 },
    customer: 0,
    data: {},
  }) satisfies LiveChange

function setUp() {
  FakeSource.made = []
  const h = { changes: vi.fn(), counters: vi.fn(), presence: vi.fn(), reset: vi.fn(), ended: vi.fn() }
  const live = createLive(h, (u) => new FakeSource(u) as unknown as EventSource)
  return { h, live, last: () => FakeSource.made.at(-1)! }
}

describe('the live stream', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('hands a burst on in one batch and drops what it had already', () => {
    const { h, live, last } = setUp()
    live.start(10)
    expect(last().url).toBe('/api/v1/events?since=10')
    last().say('hello', { position: 10 })
    expect(live.state.value).toBe('open')
    for (const pos of [10, 11, 12, 12, 13]) last().say('change', change(pos))
    expect(h.changes).not.toHaveBeenCalled()
    vi.advanceTimersByTime(60)
    expect(h.changes).toHaveBeenCalledOnce()
    expect(h.changes.mock.calls[0]![0].map((c: LiveChange) => c.pos)).toEqual([11, 12, 13])
  })

  it('comes back after a refused line from where it was', () => {
    const { live, last } = setUp()
    live.start(10)
    last().say('hello', {})
    last().say('change', change(17))
    last().refuse()
    expect(live.state.value).toBe('lost')
    vi.advanceTimersByTime(1100)
    expect(FakeSource.made).toHaveLength(2)
    expect(last().url).toBe('/api/v1/events?since=17')
    expect(live.state.value).toBe('lost') // not "connecting": the banner must not blink
    last().say('hello', {})
    expect(live.state.value).toBe('open')
  })

  it('waits longer each time, at most 15 s', () => {
    const { live, last } = setUp()
    live.start(1)
    for (let i = 0; i < 8; i++) {
      last().refuse()
      vi.advanceTimersByTime(15_000)
    }
    expect(FakeSource.made).toHaveLength(9)
  })

  it('tells counters, presence, reset and the end of the session', () => {
    const { h, live, last } = setUp()
    live.start(1)
    last().say('counters', { views: { mine: 3 } })
    last().say('presence', { ticket_id: 7, items: null })
    last().say('reset', {})
    last().say('session', { key: 'session.ended' })
    expect(h.counters).toHaveBeenCalledWith({ mine: 3 })
    expect(h.presence).toHaveBeenCalledWith(7, [])
    expect(h.reset).toHaveBeenCalledOnce()
    expect(h.ended).toHaveBeenCalledOnce()
    expect(live.state.value).toBe('off')
  })
})
