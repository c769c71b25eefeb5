// A browser keeps at most six HTTP/1.1 connections to one server, and every
// open stream holds one: the seventh tab of the desk would hang. So all tabs of
// a browser share one stream. The tab that holds the lock reads it and tells
// the others over a BroadcastChannel; when it is closed, the lock goes to
// another, which goes on from where it was. Locks need a secure context (https
// or localhost); without them each tab has its own stream.

const channelName = 'heed.live'
const names = ['hello', 'change', 'counters', 'presence', 'session', 'reset'] as const
const kept = 1000

type Said = { type: (typeof names)[number]; data: string; pos: number }
type Word = Said | { error: true } | { since: number }

export function sharedSource(url: string): EventSource {
  if (!navigator.locks || typeof BroadcastChannel === 'undefined') return new EventSource(url)
  return new SharedSource(url) as unknown as EventSource
}

export class SharedSource extends EventTarget {
  onerror: (() => void) | null = null
  readyState = 0
  private channel = new BroadcastChannel(channelName)
  private abort = new AbortController()
  private real: EventSource | undefined
  private release: (() => void) | undefined
  /** What this tab has seen; where it goes on should it become the reader. */
  private position: number
  /** The reader's memory for tabs that join: every change after `floor`. */
  private log: Said[] = []
  private floor = 0

  constructor(
    url: string,
    private readonly make: (url: string) => EventSource = (u) => new EventSource(u),
  ) {
    super()
    this.position = Number(new URL(url, location.href).searchParams.get('since') ?? 0)
    this.channel.onmessage = (e: MessageEvent<Word>) => this.heard(e.data)
    this.channel.postMessage({ since: this.position } satisfies Word)
    navigator.locks
      .request(channelName, { signal: this.abort.signal }, () => this.read())
      .catch(() => {
        // Closed before it was our turn.
      })
  }

  close() {
    this.readyState = 2
    this.abort.abort()
    this.real?.close()
    this.real = undefined
    this.channel.close()
    this.release?.()
  }

  /** Tells the other tabs. What this tab was just told may have made it close. */
  private tell(word: Word) {
    if (this.readyState !== 2 || this.real) this.channel.postMessage(word)
  }

  /** Holds the lock until close(). */
  private read(): Promise<void> {
    if (this.readyState === 2) return Promise.resolve()
    this.floor = this.position
    const es = this.make(`/api/v1/events?since=${this.position}`)
    this.real = es
    for (const type of names) {
      es.addEventListener(type, (e) => {
        const m = e as MessageEvent<string>
        const said: Said = { type, data: m.data, pos: Number(m.lastEventId || 0) }
        this.emit(said)
        this.tell(said)
        if (type === 'change') this.log.push(said)
        if (this.log.length > kept) this.floor = this.log.shift()!.pos
      })
    }
    es.onerror = () => {
      this.readyState = es.readyState
      this.tell({ error: true })
      this.onerror?.()
    }
    return new Promise((resolve) => {
      this.release = resolve
    })
  }

  private heard(w: Word) {
    if ('since' in w) {
      if (this.real?.readyState === 1) this.catchUp(w.since)
    } else if (this.real) {
      return // two readers cannot be; an echo of the one before
    } else if ('error' in w) {
      this.readyState = 0 // the reader tries again; we wait for its hello
      this.onerror?.()
    } else this.emit(w)
  }

  /** Another tab has joined with what it knows; the rest of us drop what is told twice by its position. */
  private catchUp(since: number) {
    const say = (s: Said) => this.tell(s)
    say({ type: 'hello', data: JSON.stringify({ position: this.position }), pos: 0 })
    if (since < this.floor) say({ type: 'reset', data: '{}', pos: 0 })
    else for (const s of this.log) if (s.pos > since) say(s)
  }

  private emit(s: Said) {
    if (s.type === 'hello') this.readyState = 1
    if (s.pos > this.position) this.position = s.pos
    this.dispatchEvent(new MessageEvent(s.type, { data: s.data, lastEventId: String(s.pos || '') }))
  }
}
