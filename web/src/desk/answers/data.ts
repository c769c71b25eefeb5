import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/api/client'
import type { Locale, Page } from '@/api/types'
import { i18n } from '@/i18n'
import { queryClient } from '@/query'
import { can, moduleOn, session } from '@/session'

export type Words = Partial<Record<Locale, string>>

export interface Given {
  id: number
  ticket_id: number
  ticket_number: string
  customer_id: number | null
  article_id: number
  version_id: number
  n: number
  locale: Locale
  topic: string
  title: string
  how: 'inserted' | 'link' | 'told'
  warned: boolean
  by_id: number | null
  by_name: string
  at: string
}
export interface Earlier extends Given {
  kind: 'other_article' | 'older_version'
}
export interface Suggestion {
  article_id: number
  version_id: number
  n: number
  locale: Locale
  kind: string
  topic: string
  title: string
  code: string
  snippet: string
  uses: number
  solved: number
  given: boolean
  earlier: Earlier[]
}
export interface Similar {
  ticket_id: number
  number: string
  subject: string
  status: string
  result_code: string
  result_text: string
  same: ('product' | 'type' | 'words')[]
  article_ids: number[]
  solved_at: string
}
export interface Suggestions {
  articles: Suggestion[]
  similar: Similar[]
  locale: Locale | ''
}
export interface Flag {
  article_id: number
  n: number
  title: string
  change: string
  given: boolean
  at: string
}
export interface TicketAnswers {
  given: Given[]
  solved_by: number[]
  flags: Flag[]
}

const ui = computed(() => i18n.global.locale.value as Locale)

export function useSuggestions(ticket: Ref<number>, q: Ref<string>) {
  return useQuery({
    queryKey: computed(() => ['suggestions', ticket.value, q.value.trim()]),
    queryFn: () =>
      api.get<Suggestions>(`/tickets/${ticket.value}/suggestions`, { query: { q: q.value.trim() || undefined } }),
    placeholderData: (old, before) => (before?.queryKey[1] === ticket.value ? old : undefined),
  })
}
export function useTicketAnswers(ticket: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['answers', ticket.value]),
    queryFn: () => api.get<TicketAnswers>(`/tickets/${ticket.value}/answers`),
  })
}
export function refreshAnswers(ticket: number) {
  void queryClient.invalidateQueries({ queryKey: ['suggestions', ticket] })
  return queryClient.invalidateQueries({ queryKey: ['answers', ticket] })
}

/** Records that the customer gets the answer, and gives its text with the merge fields filled. */
export function giveAnswer(ticket: number, article: number, locale: string, how: Given['how'] = 'inserted') {
  return api.post<{ given: Given; earlier: Earlier[]; html: string }>(`/tickets/${ticket}/answers`, {
    article_id: article,
    locale: locale || undefined,
    how,
  })
}

export interface Question {
  text: string
  choices: string[]
  texts?: Words
  options?: Words[]
  right?: number
}
export interface Reading {
  id: number
  must: boolean
  source: 'article' | 'product' | 'person'
  source_id: number | null
  version_id: number | null
  title: string
  text: string
  topic: string
  team_ids: number[]
  quiz: Question[]
  due_at: string | null
  by_id: number | null
  by_name: string
  created_at: string
  closed_at: string | null
  version: number
  open: boolean
  read_at: string | null
  done_at: string | null
  tries: number
  reminded_at: string | null
  titles?: Words
  texts?: Words
  share?: number
  total?: number
}
export interface Reader {
  agent_id: number
  name: string
  read_at: string | null
  done_at: string | null
  tries: number
  reminded_at: string | null
}
export interface Progress {
  total: number
  share: number
  done: Reader[]
  outstanding: Reader[]
}
export type ReadingState = 'open' | 'done' | 'all'

export function useReadings(state: Ref<ReadingState>) {
  const q = useInfiniteQuery({
    queryKey: computed(() => ['readings', 'list', state.value, ui.value]),
    queryFn: ({ pageParam }) =>
      api.get<Page<Reading>>('/readings', { query: { state: state.value, limit: 30, cursor: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (p) => p.next || undefined,
  })
  return { q, items: computed(() => q.data.value?.pages.flatMap((p) => p.items) ?? []) }
}
export function useReading(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['readings', 'one', id.value, ui.value]),
    queryFn: () => api.get<Reading>(`/readings/${id.value}`),
    enabled: computed(() => id.value > 0),
  })
}
export function useProgress(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['readings', 'progress', id.value]),
    queryFn: () => api.get<Progress>(`/readings/${id.value}/progress`),
    enabled: computed(() => id.value > 0 && can('knowledge.publish')),
  })
}
export const refreshReadings = () => queryClient.invalidateQueries({ queryKey: ['readings'] })

/** What the badge on the rail shows. */
export function useUnread() {
  return useQuery({
    queryKey: ['readings', 'unread'],
    queryFn: () => api.get<{ count: number; must: number }>('/readings/unread'),
    enabled: computed(() => session.status === 'in' && moduleOn('knowledge') && can('knowledge.read')),
    retry: false,
  })
}

export interface Result {
  cause: Words
  article_id?: number
  part?: string
  act?: '' | 'reply' | 'repair' | 'visit' | 'part'
  advice?: Words
}
export interface Node {
  key: string
  question?: Words
  help?: Words
  answers?: { text: Words; next: string }[]
  result?: Result
}
export interface Flow {
  id: number
  names: Words
  name: string
  type_ids: number[]
  product_ids: number[]
  state: 'draft' | 'published' | 'retired'
  nodes: Node[]
  live_n: number
  changed: boolean
  updated_at: string
  version: number
}
export interface WalkResult {
  cause: string
  article_id: number | null
  part: string
  act: '' | 'reply' | 'repair' | 'visit' | 'part'
  advice: string
}
export interface Walk {
  id: number
  ticket_id: number
  flow_id: number
  flow_n: number
  name: string
  state: 'walking' | 'found' | 'abandoned'
  path: { node: string; answer: number; question: string; said: string; answers: string[]; at: string }[]
  question: { node: string; question: string; help: string; answers: string[] } | null
  result: WalkResult | null
  by_name: string
  started_at: string
  ended_at: string
}

export function useFlows(ticket?: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['flows', ticket?.value ?? 'all', ui.value]),
    queryFn: async () => (await api.get<{ items: Flow[] }>('/flows', { query: { ticket_id: ticket?.value } })).items,
  })
}
export function useFlow(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['flows', 'one', id.value]),
    queryFn: () => api.get<Flow>(`/flows/${id.value}`),
    enabled: computed(() => id.value > 0),
  })
}
export function useWalks(ticket: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['walks', ticket.value, ui.value]),
    queryFn: async () => (await api.get<{ items: Walk[] }>(`/tickets/${ticket.value}/walks`)).items,
  })
}
export const refreshFlows = () => queryClient.invalidateQueries({ queryKey: ['flows'] })
export const refreshWalks = (ticket: number) => queryClient.invalidateQueries({ queryKey: ['walks', ticket] })

/** The text in the reader's language, else in the nearest one. */
export function say(words: Words | undefined, locale: string = ui.value): string {
  const order = locale.startsWith('zh') ? [locale, 'zh-CN', 'zh-TW', 'en'] : [locale, 'en', 'zh-CN', 'zh-TW']
  for (const l of order) {
    const s = words?.[l as Locale]
    if (s) return s
  }
  return ''
}

export interface Gaps {
  types: { type_id: number; key: string; names: Words; tickets: number }[]
  searches: { text: string; searches: number; empty: number; last_day: string }[]
}
export interface ArticleUse {
  article_id: number
  title: string
  uses: number
  solved: number
  contradictions: number
  wrong: number
  last_at: string
}
export interface Card {
  article_id: number
  title: string
  code: string
  answer: string
  uses: number
  box: number
}
export interface WrongReport {
  id: number
  article_id: number
  n: number
  what: string
  ticket_id: number | null
  task_id: number
  task_number: string
  state: 'open' | 'corrected' | 'unfounded'
  by_name: string
  at: string
}
export interface Recipient extends Given {
  name: string
  kind: string
  hidden: boolean
  correction: '' | 'sent' | 'unreachable'
}
export interface Correction {
  id: number
  n: number
  texts: Words
  total: number
  sent: number
  unreachable: number
  done: boolean
  by_name: string
  at: string
}
