import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SharedSource } from './shared'

// One lock and one channel for all tabs of a browser, as the browser has them.
class Channel {
  static all = new Set<Channel>()
  onmessage: ((e: { data: unknown }) => void) | null = null
  constructor(readonly name: string) {
    Channel.all.add(this)
  }
  postMessage(data: unknown) {
    for (const c of Channel.all) if (c !== this) queueMicrotask(() => c.onmessage?.({ data }))
  }
  close() {
    Channel.all.delete(this)
  }
}
function locks() {
  const queue: { run: () => Promise<void>; signal: AbortSignal }[] = []
  let busy = false
  const next = async () => {
    if (busy) return
    const one = queue.shift()
    if (!one) return
    if (one.signal.aborted) return next()
    busy = true
    await one.run()
    busy = false
    return next()
  }
  return {
    request: (_n: string, o: { signal: AbortSignal }, run: () => Promise<void>) => {
      queue.push({ run, signal: o.signal })
      void next()
      return Promise.resolve()
    },
  }
}
class Stream extends EventTarget {
  readyState = 1
  onerror: (() => void) | null = null
  constructor(readonly url: string) {
    super()
  }
  close() {
    this.readyState = 2
  }
  say(type: string, pos: number) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify({ pos }), lastEventId: String(pos || '') }))
  }
}

describe('one stream for all tabs', () => {
  let streams: Stream[]
  beforeEach(() => {
    streams = []
    vi.stubGlobal('BroadcastChannel', Channel)
    vi.stubGlobal('navigator', { locks: locks() })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    Channel.all.clear()
  })
  const tab = (since: number) => {
    const s = new SharedSource(`/api/v1/events?since=${since}`, (u) => {
      const r = new Stream(u)
      streams.push(r)
      return r as unknown as EventSource
    })
    const got: number[] = []
    let resets = 0
    s.addEventListener('change', (e) => got.push(JSON.parse((e as MessageEvent<string>).data).pos))
    s.addEventListener('reset', () => {
      resets += 1
    })
    return { s, got, resets: () => resets }
  }
  const settle = () => new Promise((r) => setTimeout(r, 0))

  it('opens one, and both tabs hear it', async () => {
    const a = tab(10)
    const b = tab(10)
    await settle()
    expect(streams).toHaveLength(1)
    streams[0]!.say('hello', 0)
    streams[0]!.say('change', 11)
    await settle()
    expect([a.got, b.got]).toEqual([[11], [11]])
    expect([a.s.readyState, b.s.readyState]).toEqual([1, 1])
  })

  it('tells a tab that joins what it has missed, and to start over when it is too far behind', async () => {
    tab(10)
    await settle()
    streams[0]!.say('hello', 0)
    streams[0]!.say('change', 11)
    streams[0]!.say('change', 12)
    const late = tab(11)
    const old = tab(5)
    await settle()
    expect(late.got).toEqual([12])
    expect(old.resets()).toBe(1)
  })

  it('hands on to another tab, which goes on from where it was', async () => {
    const a = tab(10)
    const b = tab(10)
    await settle()
    streams[0]!.say('change', 14)
    await settle()
    a.s.close()
    await settle()
    expect(streams.map((s) => s.url)).toEqual(['/api/v1/events?since=10', '/api/v1/events?since=14'])
    streams[1]!.say('change', 15)
    await settle()
    expect(b.got).toEqual([14, 15])
  })

  it('tells everybody that the line is lost', async () => {
    const a = tab(10)
    const b = tab(10)
    await settle()
    a.s.onerror = vi.fn()
    b.s.onerror = vi.fn()
    streams[0]!.onerror?.()
    await settle()
    expect(a.s.onerror).toHaveBeenCalledOnce()
    expect(b.s.onerror).toHaveBeenCalledOnce()
    expect(b.s.readyState).toBe(0)
  })
})
