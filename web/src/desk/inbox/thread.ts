import { computed, type Ref, shallowReactive, watch } from 'vue'
import { api, isProblem } from '@/api/client'
import type { Attachment, Message, MessageState, NewMessage, Page } from '@/api/types'
import { problemText } from '@/lib/notify'
import { uid } from '@/lib/uid'
import { me, onLeave } from '@/session'
import { live, onChanges, onReset } from '../live'
import { tweakRow } from './rows'
import { type TicketAnswer, takeTicket } from './ticket'

/** A message of ours that the server has not taken yet. It is never thrown away: it is sent, or stays with its reason. */
export interface Outgoing {
  key: string
  ticket: number
  body: NewMessage
  attachments: Attachment[]
  state: 'sending' | 'offline' | 'failed'
  error: string
  created_at: string
}

export interface Thread {
  id: number
  /** Oldest first. */
  items: Message[]
  next: string
  loaded: boolean
  loading: '' | 'first' | 'more'
  error: unknown
  stale: boolean
  outgoing: Outgoing[]
}

const threads = new Map<number, Thread>()
const keep = 50
const pageSize = 40

export function threadOf(id: number): Thread {
  let t = threads.get(id)
  if (t) threads.delete(id)
  else {
    t = shallowReactive<Thread>({
      id,
      items: [],
      next: '',
      loaded: false,
      loading: '',
      error: null,
      stale: false,
      outgoing: [],
    })
  }
  threads.set(id, t)
  for (const [k, v] of threads) {
    if (threads.size <= keep) break
    if (k !== id && !v.outgoing.length) threads.delete(k)
  }
  return t
}

function merge(a: Message[], b: Message[]): Message[] {
  const all = new Map(a.map((m) => [m.id, m]))
  for (const m of b) all.set(m.id, m)
  return [...all.values()].sort((x, y) => Date.parse(x.created_at) - Date.parse(y.created_at) || x.id - y.id)
}

export async function loadThread(t: Thread, what: 'first' | 'more' | 'news' = 'first') {
  if (what === 'more' && (!t.next || t.loading)) return
  if (what === 'first' && t.loading) return
  if (what !== 'news') t.loading = what
  try {
    const p = await api.get<Page<Message>>(`/tickets/${t.id}/messages`, {
      query: { limit: pageSize, cursor: what === 'more' ? t.next : undefined },
    })
    t.items = merge(t.items, p.items ?? [])
    if (what === 'more' || !t.loaded) t.next = p.next
    t.loaded = true
    t.stale = false
    t.error = null
  } catch (e) {
    if (what !== 'news') t.error = e
  } finally {
    if (what !== 'news') t.loading = ''
  }
}

export function useThread(id: Ref<number>) {
  const thread = computed(() => threadOf(id.value))
  watch(
    thread,
    (t) => {
      if (!t.id) return
      if (!t.loaded) void loadThread(t)
      else if (t.stale) void loadThread(t, 'news')
    },
    { immediate: true },
  )
  return thread
}

/** Reads a conversation ahead while the browser is idle. */
export function prefetchThread(id: number) {
  const t = threadOf(id)
  if (!t.loaded && !t.loading) void loadThread(t)
}

export const openThread = { id: 0 }
let newsTimer: ReturnType<typeof setTimeout> | undefined

export function patchMessage(ticket: number, m: Partial<Message> & { id: number }) {
  const t = threads.get(ticket)
  if (!t) return
  t.items = t.items.map((x) => (x.id === m.id ? { ...x, ...m } : x))
}

onChanges((batch) => {
  for (const c of batch) {
    if (!c.kind.startsWith('message.')) continue
    const id = c.ticket?.id ?? (c.about.kind === 'ticket' ? c.about.id : Number(c.data.ticket_id ?? 0))
    const t = threads.get(id)
    if (!t?.loaded) continue
    const message = Number(c.data.message_id ?? (c.about.kind === 'message' ? c.about.id : 0))
    const state = c.data.state as MessageState | undefined
    const known = t.items.find((m) => m.id === message)
    if (c.kind === 'message.state_changed' && known && state && !['failed', 'bounced'].includes(state)) {
      patchMessage(id, { id: message, state })
      continue
    }
    if (known && c.kind !== 'message.state_changed') continue // our own, already in place
    if (id === openThread.id) {
      clearTimeout(newsTimer)
      newsTimer = setTimeout(() => void loadThread(t, 'news'), 60)
    } else t.stale = true
  }
})
onReset(() => {
  for (const t of threads.values()) {
    if (t.id === openThread.id) void loadThread(t, 'news')
    else t.stale = true
  }
})
onLeave(() => threads.clear())

function change(t: Thread, key: string, patch: Partial<Outgoing>) {
  t.outgoing = t.outgoing.map((o) => (o.key === key ? { ...o, ...patch } : o))
}

async function push(t: Thread, o: Outgoing): Promise<boolean> {
  change(t, o.key, { state: 'sending', error: '' })
  try {
    const r = await api.post<{ message: Message; ticket: TicketAnswer }>(`/tickets/${t.id}/messages`, o.body, {
      key: o.key,
      timeout: 10_000,
    })
    t.outgoing = t.outgoing.filter((x) => x.key !== o.key)
    t.items = merge(t.items, [r.message])
    if (r.ticket) takeTicket(r.ticket)
    return true
  } catch (e) {
    const offline = isProblem(e, 'network')
    change(t, o.key, { state: offline ? 'offline' : 'failed', error: problemText(e) })
    return false
  }
}

/** Shows the message at once and sends it. False: it stays in the thread, marked, to be tried again. */
export async function sendMessage(ticket: number, body: NewMessage, attachments: Attachment[]): Promise<boolean> {
  const t = threadOf(ticket)
  const o: Outgoing = {
    key: uid(),
    ticket,
    body,
    attachments,
    state: 'sending',
    error: '',
    created_at: new Date().toISOString(),
  }
  t.outgoing = [...t.outgoing, o]
  if (body.kind === 'reply') tweakRow(ticket, { draft: false, last_by: 'agent', last_message_at: o.created_at })
  return push(t, o)
}

export const resend = (o: Outgoing) => push(threadOf(o.ticket), o)

/** Takes an unsent message back, for editing. */
export function withdraw(o: Outgoing) {
  const t = threadOf(o.ticket)
  t.outgoing = t.outgoing.filter((x) => x.key !== o.key)
}

// Back on the line: what waited goes out, in order, one conversation after the other.
watch(live.state, async (s, before) => {
  if (s !== 'open' || before === 'open') return
  for (const t of threads.values()) {
    for (const o of t.outgoing) if (o.state === 'offline') await push(t, o)
  }
})

export async function retryMessage(m: Message) {
  patchMessage(m.ticket_id, { id: m.id, state: 'queued', error: '' })
  try {
    const r = await api.post<Message>(`/messages/${m.id}/retry`)
    patchMessage(m.ticket_id, r)
  } catch (e) {
    patchMessage(m.ticket_id, { id: m.id, state: m.state, error: m.error })
    throw e
  }
}

/** Somebody else wrote to the customer after `since`? */
export function overtakenBy(t: Thread, since: number): Message | undefined {
  return t.items.findLast(
    (m) =>
      m.kind === 'reply' &&
      !m.automatic &&
      m.author.kind === 'agent' &&
      m.author.id !== me.value?.id &&
      Date.parse(m.created_at) > since,
  )
}
