import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api, isProblem } from '@/api/client'
import type { Ticket } from '@/api/types'
import { runAction } from '@/lib/shortcuts'
import { queryClient } from '@/query'
import { can, moduleOn } from '@/session'
import { onChanges } from '../../live'
import { draftOf, isEmptyHtml, loadDraft, touch } from '../drafts'

export type Mood = 'calm' | 'upset' | 'angry' | 'abusive'
export const moods: Mood[] = ['calm', 'upset', 'angry', 'abusive']
export const moodIcons: Record<Mood, string> = {
  calm: 'i-lucide-smile',
  upset: 'i-lucide-meh',
  angry: 'i-lucide-frown',
  abusive: 'i-lucide-angry',
}
export const moodTone: Record<Mood, string> = {
  calm: 'text-ok',
  upset: 'text-warn',
  angry: 'text-bad',
  abusive: 'text-bad',
}
export type Via = 'phone' | 'visit' | 'email' | 'chat'
export const ways: Via[] = ['phone', 'visit', 'email', 'chat']

export interface By {
  kind: '' | 'customer' | 'agent'
  id: number
  name: string
}
export interface Ladder {
  asked: string
  purpose: string
  problem: string
  needed: '' | 'yes' | 'no'
  alternatives: string[]
}
export interface Brief {
  audience: string
  style: string
  deadline: string
  budget: string
}
export interface Question {
  key: string
  text: string
  kind: 'open' | 'closed'
  choices: { key: string; text: string }[]
  answer: string
}
export interface Conflict {
  rule: string
  a: string
  b: string
  ask: string
  resolution: string
  by: By
  at: string | null
}
export interface Missing {
  part: string
  key: string
  label: string
}
export interface Need {
  ticket_id: number
  own_words: string
  restatement: string
  restatement_required: boolean
  listens: boolean
  intent: string
  restated_at: string | null
  restated_by: By
  confirmed_at: string | null
  confirmed_by: By
  confirmed_via: string
  corrections: number
  correction: string
  ladder: Ladder
  brief: Brief
  questions: Question[]
  conflicts: Conflict[]
  completeness: number
  enough: number
  missing: Missing[]
  mood: '' | Mood
  moods: { before: Mood; after: Mood; by: By; at: string }[]
  asked: {
    state: 'open' | 'confirmed' | 'corrected' | 'replaced' | 'expired'
    asked_at: string
    expires_at: string
    used_at: string | null
  } | null
  skip_reason: string
  skipped_at: string | null
  skipped_by: By
  novice: boolean
  guides: { article_id: number; title: string }[]
  opened_at: string
  solved_at: string | null
  took_seconds: number
  version: number
}
/** What is left out stays as it is. */
export interface NeedPatch {
  own_words?: string
  restatement?: string
  intent?: string
  ladder?: Ladder
  brief?: Brief
  answers?: Record<string, string>
  resolved?: Record<string, string>
}

export const needKey = (id: number) => ['need', id]
export const listening = () => moduleOn('need') && can('ticket.work')

export function useNeed(id: Ref<number>) {
  const q = useQuery({
    queryKey: computed(() => needKey(id.value)),
    queryFn: () => api.get<Need>(`/tickets/${id.value}/need`),
    enabled: computed(() => id.value > 0 && listening()),
  })
  const need = computed(() => (q.data.value?.ticket_id === id.value ? q.data.value : undefined))
  return { query: q, need }
}

function take(n: Need): Need {
  queryClient.setQueryData(needKey(n.ticket_id), n)
  return n
}

/** What a patch names, as it stands in a need: to see whether somebody else has touched it. */
function named(n: Need, p: NeedPatch): string {
  const { answers, resolved, ...rest } = p
  const parts: unknown[] = (Object.keys(rest) as (keyof typeof rest)[]).map((k) => n[k])
  for (const k of Object.keys(answers ?? {})) parts.push(n.questions.find((q) => q.key === k)?.answer)
  for (const k of Object.keys(resolved ?? {})) parts.push(n.conflicts.find((c) => c.rule === k)?.resolution)
  return JSON.stringify(parts)
}

/** Saves a part. Where somebody else has saved another part meanwhile, ours goes on top of theirs. */
export async function saveNeed(n: Need, patch: NeedPatch): Promise<Need> {
  const put = (version: number) => api.put<Need>(`/tickets/${n.ticket_id}/need`, patch, { version })
  try {
    return take(await put(n.version))
  } catch (e) {
    if (!isProblem(e, 'stale')) throw e
    const now = take(await api.get<Need>(`/tickets/${n.ticket_id}/need`))
    if (named(now, patch) !== named(n, patch)) throw e
    return take(await put(now.version))
  }
}

export const heard = async (id: number, yes: boolean, via: Via, text = '') =>
  take(await api.post<Need>(`/tickets/${id}/need/heard`, { yes, via, text }))
export const skipNeed = async (id: number, reason: string) =>
  take(await api.post<Need>(`/tickets/${id}/need/skip`, { reason }))
export const markMood = async (id: number, before: Mood, after: Mood) =>
  take(await api.post<Need>(`/tickets/${id}/need/mood`, { before, after }))
export async function askCustomer(id: number, send: boolean) {
  const q = await api.post<{ html: string; url: string; expires_at: string; sent: boolean }>(
    `/tickets/${id}/need/ask-confirmation`,
    { send },
  )
  void queryClient.invalidateQueries({ queryKey: needKey(id) })
  return q
}
export async function propose(id: number, alternative: string, reason: string) {
  const p = await api.post<{ html: string }>(`/tickets/${id}/need/proposal`, { alternative, reason })
  void queryClient.invalidateQueries({ queryKey: needKey(id) })
  return p.html
}

/** Asks whether something may be recommended now; the server wants a reason while too little is known. */
export const recommend = (id: number, what: string, reason: string) =>
  api.post(`/tickets/${id}/need/recommendation`, { what, reason })

/** Puts words at the end of the reply that is being written, and goes there. */
export async function intoReply(ticket: Pick<Ticket, 'id' | 'draft'>, html: string) {
  const d = draftOf(ticket.id, 'reply')
  await loadDraft(d, !!ticket.draft)
  d.html = isEmptyHtml(d.html) ? html : `${d.html}${html}`
  d.revision += 1
  touch(d)
  runAction('ticket.reply')
}

export const asParagraph = (text: string) =>
  `<p>${text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`).replace(/\n/g, '<br>')}</p>`

/** Whether solving will ask why the customer was not asked. */
export function needsReason(n: Need | undefined, result: string): boolean {
  return !!n?.listens && !n.confirmed_at && !n.skip_reason && result.startsWith('solved_')
}

onChanges((batch) => {
  const ids = new Set<number>()
  for (const c of batch) {
    if (c.about.kind !== 'ticket') continue
    // Fields of the ticket count for the completeness, its type brings the questions, its customer may be new to us.
    if (c.kind.startsWith('need.') || c.kind === 'ticket.changed' || c.kind === 'ticket.status_changed')
      ids.add(c.about.id)
  }
  for (const id of ids) void queryClient.invalidateQueries({ queryKey: needKey(id) })
})
