import { ref, shallowRef } from 'vue'
import { sharedSource } from './shared'
import type { LiveChange, Viewer } from './types'

// One stream of what happens, handed on in batches: a burst of fifty events
// costs the page one render. The browser resumes by Last-Event-ID on its own
// after a broken line; after a refused one (the server restarting behind a
// proxy, say) EventSource gives up for good, so we reopen it ourselves with
// ?since=, waiting 1, 2, 4 … 15 s.

export type LiveState = 'off' | 'connecting' | 'open' | 'lost'

export interface LiveHandlers {
  changes(batch: LiveChange[]): void
  counters(views: Record<string, number>): void
  presence(ticket: number, viewers: Viewer[]): void
  /** The server has forgotten what we missed: everything shown may be old. */
  reset(): void
  ended(): void
}

const batchMs = 40

export function createLive(handlers: LiveHandlers, source: (url: string) => EventSource = sharedSource) {
  const state = ref<LiveState>('off')
  const position = shallowRef(0)
  let es: EventSource | undefined
  let retry = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let flushTimer: ReturnType<typeof setTimeout> | undefined
  let queue: LiveChange[] = []

  function flush() {
    flushTimer = undefined
    const batch = queue
    queue = []
    if (batch.length) handlers.changes(batch)
  }

  function parse<T>(e: Event): T {
    return JSON.parse((e as MessageEvent<string>).data) as T
  }

  function open() {
    clearTimeout(timer)
    es?.close()
    if (state.value !== 'lost') state.value = 'connecting'
    es = source(`/api/v1/events?since=${position.value}`)
    es.addEventListener('hello', () => {
      retry = 0
      state.value = 'open'
    })
    es.addEventListener('change', (e) => {
      const c = parse<LiveChange>(e)
      if (c.pos && c.pos <= position.value) return
      position.value = Math.max(position.value, c.pos)
      c.data ??= {} // events without details carry null
      queue.push(c)
      flushTimer ??= setTimeout(flush, batchMs)
    })
    es.addEventListener('counters', (e) => handlers.counters(parse<{ views: Record<string, number> }>(e).views))
    es.addEventListener('presence', (e) => {
      const p = parse<{ ticket_id: number; items: Viewer[] }>(e)
      handlers.presence(p.ticket_id, p.items ?? [])
    })
    es.addEventListener('session', () => {
      stop()
      handlers.ended()
    })
    es.addEventListener('reset', (e) => {
      const data = (e as MessageEvent<string>).data
      const p = data ? (JSON.parse(data) as { position?: number }) : {}
      if (p.position) position.value = p.position
      handlers.reset()
    })
    es.onerror = () => {
      if (state.value === 'off') return
      state.value = 'lost'
      if (es?.readyState !== 2) return
      retry += 1
      timer = setTimeout(open, Math.min(15_000, 500 * 2 ** retry))
    }
  }

  function start(since: number) {
    position.value = Math.max(position.value, since)
    if (state.value !== 'off') return
    open()
    addEventListener('online', open)
  }

  function stop() {
    state.value = 'off'
    position.value = 0
    clearTimeout(timer)
    clearTimeout(flushTimer)
    flushTimer = undefined
    queue = []
    es?.close()
    es = undefined
    removeEventListener('online', open)
  }

  return { state, position, start, stop, reopen: open }
}
