import { reactive } from 'vue'
import { api, isProblem, upload } from '@/api/client'
import type { Attachment, Draft } from '@/api/types'
import { problemText } from '@/lib/notify'
import { uid } from '@/lib/uid'
import { onLeave } from '@/session'
import { tweakRow } from './rows'

// What is being written, per ticket and kind. It lives here while the page is
// open, so switching tickets never loses a word, and is saved to the server
// 800 ms after the last stroke. Only a change made by a person is saved: the
// editor being emptied for the next ticket is not one.

/** The server keeps drafts of replies and notes; what a customer says on the phone is written down at once. */
export type Kind = 'reply' | 'note' | 'incoming'

export interface DraftFile {
  key: string
  name: string
  size: number
  /** 0…1; 1 once the server has it. */
  progress: number
  error: string
  stored?: Attachment
  abort?: AbortController
}

export interface DraftState {
  ticket: number
  kind: Kind
  html: string
  to: string[] | null
  cc: string[] | null
  files: DraftFile[]
  /** The canned answer that was put in last, 0 for none: the server counts what goes as it came. */
  canned: number
  loaded: boolean
  saving: '' | 'waiting' | 'saving' | 'saved' | 'failed'
  /** When the writing began: later replies of colleagues are worth a warning. */
  since: number
  /** Counts changes that did not come from the editor, so that it takes them over. */
  revision: number
}

const drafts = reactive(new Map<string, DraftState>())
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const saveAfter = 800
const keyOf = (ticket: number, kind: Kind) => `${ticket}:${kind}`

export function isEmptyHtml(html: string): boolean {
  return !html.replace(/<(?!img)[^>]*>/g, '').replace(/&nbsp;|\s/g, '')
}
export const isEmpty = (d: DraftState) => isEmptyHtml(d.html) && !d.files.length

export function draftOf(ticket: number, kind: Kind): DraftState {
  const key = keyOf(ticket, kind)
  let d = drafts.get(key)
  if (!d) {
    drafts.set(key, {
      ticket,
      kind,
      html: '',
      to: null,
      cc: null,
      files: [],
      canned: 0,
      loaded: false,
      saving: '',
      since: 0,
      revision: 0,
    })
    d = drafts.get(key)!
  }
  return d
}

const loading = new Map<string, Promise<void>>()

/** Fetches the draft of the server once. What was typed while it was on its way wins. */
export function loadDraft(d: DraftState, exists: boolean): Promise<void> {
  if (d.loaded) return Promise.resolve()
  if (!exists || d.kind === 'incoming') {
    d.loaded = true
    return Promise.resolve()
  }
  const key = keyOf(d.ticket, d.kind)
  const running = loading.get(key)
  if (running) return running
  const p = api
    .get<Draft | undefined>(`/tickets/${d.ticket}/drafts/${d.kind}`)
    .then((s) => {
      if (s && isEmpty(d)) {
        d.html = s.html
        d.to = s.to?.length ? s.to : null
        d.cc = s.cc?.length ? s.cc : null
        d.files = (s.attachments ?? []).map((a) => ({
          key: uid(),
          name: a.name,
          size: a.size,
          progress: 1,
          error: '',
          stored: a,
        }))
        d.since = Date.parse(s.updated_at) || Date.now()
        d.revision += 1
      }
      d.loaded = true
    })
    .catch((e) => {
      if (isProblem(e) && e.status === 404) d.loaded = true
    })
    .finally(() => loading.delete(key))
  loading.set(key, p)
  return p
}

/** A person changed something: show it in the list, save it soon. */
export function touch(d: DraftState) {
  if (!d.since) d.since = Date.now()
  if (isEmpty(d)) d.since = 0
  d.loaded = true
  if (d.kind === 'incoming') return
  d.saving = 'waiting'
  const key = keyOf(d.ticket, d.kind)
  clearTimeout(timers.get(key))
  timers.set(
    key,
    setTimeout(() => void save(d), saveAfter),
  )
}

async function save(d: DraftState) {
  const key = keyOf(d.ticket, d.kind)
  clearTimeout(timers.get(key))
  timers.delete(key)
  if (d.saving === 'saving') {
    d.saving = 'waiting' // the running save looks again when it is done
    return
  }
  d.saving = 'saving'
  const path = `/tickets/${d.ticket}/drafts/${d.kind}`
  const other = drafts.get(keyOf(d.ticket, d.kind === 'reply' ? 'note' : 'reply'))
  try {
    if (isEmpty(d)) {
      await api.delete(path)
      if (!other || isEmpty(other)) tweakRow(d.ticket, { draft: false })
    } else {
      await api.put<Draft>(path, {
        html: d.html,
        to: d.to ?? [],
        cc: d.cc ?? [],
        attachment_ids: d.files.flatMap((f) => (f.stored ? [f.stored.id] : [])),
      })
      tweakRow(d.ticket, { draft: true })
    }
    const again = (d.saving as string) === 'waiting'
    d.saving = 'saved'
    if (again) touch(d)
  } catch (e) {
    if (isProblem(e) && e.status === 404 && isEmpty(d)) {
      d.saving = 'saved'
      return
    }
    d.saving = 'failed'
    if (isProblem(e) && e.transient) {
      timers.set(
        key,
        setTimeout(() => {
          d.saving = 'waiting'
          void save(d)
        }, 5000),
      )
    }
  }
}

/** Sends what waits, now: the composer is closing or the tab is. */
export function flushDrafts() {
  for (const d of drafts.values()) if (timers.has(keyOf(d.ticket, d.kind))) void save(d)
}
addEventListener('pagehide', flushDrafts)

/** After sending: the server has dropped the draft with the message. */
export function clearDraft(d: DraftState) {
  const key = keyOf(d.ticket, d.kind)
  clearTimeout(timers.get(key))
  timers.delete(key)
  d.html = ''
  d.to = null
  d.cc = null
  d.files = []
  d.canned = 0
  d.since = 0
  d.saving = ''
  d.revision += 1
}

export async function addFile(d: DraftState, file: File) {
  const abort = new AbortController()
  d.files.push({ key: uid(), name: file.name, size: file.size, progress: 0, error: '', abort })
  const f = d.files[d.files.length - 1]!
  try {
    f.stored = await upload<Attachment>(
      file,
      (part) => {
        f.progress = Math.min(0.99, part)
      },
      abort.signal,
    )
    f.progress = 1
    touch(d)
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') return
    f.error = problemText(e)
  }
}

export function removeFile(d: DraftState, f: DraftFile) {
  f.abort?.abort()
  d.files = d.files.filter((x) => x.key !== f.key)
  if (f.stored) {
    void api.delete(`/attachments/${f.stored.id}`).catch(() => {
      // The server sweeps what no message and no draft holds.
    })
  }
  touch(d)
}

onLeave(() => {
  for (const t of timers.values()) clearTimeout(t)
  timers.clear()
  drafts.clear()
})
