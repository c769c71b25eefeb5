import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/api/client'
import type { Locale, Page } from '@/api/types'
import { i18n } from '@/i18n'
import { queryClient } from '@/query'
import { can, moduleOn } from '@/session'

export const kinds = ['question', 'fault', 'process', 'policy', 'product', 'campaign'] as const
export const audiences = ['public', 'customers', 'partners', 'internal'] as const
export const statuses = ['draft', 'review', 'published', 'retired'] as const
export type Kind = (typeof kinds)[number]
export type Audience = (typeof audiences)[number]
export type Status = (typeof statuses)[number]
export type Period = '' | 'upcoming' | 'running' | 'ended'

export const kindIcon: Record<Kind, string> = {
  question: 'i-lucide-circle-help',
  fault: 'i-lucide-wrench',
  process: 'i-lucide-list-checks',
  policy: 'i-lucide-scale',
  product: 'i-lucide-package',
  campaign: 'i-lucide-megaphone',
}
export const audienceIcon: Record<Audience, string> = {
  public: 'i-lucide-globe',
  customers: 'i-lucide-user-round-check',
  partners: 'i-lucide-handshake',
  internal: 'i-lucide-lock',
}

export interface Cure {
  key: string
  cure: string
  solved: number
}
export interface Cause {
  key: string
  cause: string
  cures: Cure[]
}
export interface Text {
  locale: Locale
  title: string
  summary: string
  answer: string
  body: string
  keywords: string
  symptoms: string[]
  causes: Cause[]
  rules: string
}
export interface Card {
  id: number
  kind: Kind
  topic: string
  audience: Audience
  team_ids: number[]
  product_ids: number[]
  type_ids: number[]
  tags: string[]
  code: string
  owner_id: number | null
  review_by: string | null
  status: Status
  work: '' | 'draft' | 'review'
  work_note: string
  live_n: number
  draft_n: number
  uses: number
  solved: number
  helpful: number
  unhelpful: number
  stale: boolean
  created_at: string
  updated_at: string
  published_at: string | null
  version: number
}
export interface Listed extends Card {
  title: string
  summary: string
  locale: Locale
  locales: Locale[]
}
export interface InForce extends Text {
  version_id: number
  n: number
  effective_from: string | null
  effective_to: string | null
  published_at: string | null
  published_by: number
  change: string
  impact: string
  from: string | null
  to: string | null
  period: Period
}
export interface Found {
  article_id: number
  version_id: number
  n: number
  locale: Locale
  locales: Locale[]
  kind: Kind
  topic: string
  audience: Audience
  code: string
  title: string
  snippet: { text: string; hit?: boolean }[]
  period: Period
  from: string | null
  to: string | null
  uses: number
  solved: number
}
export interface Draft {
  n: number
  state: 'draft' | 'review'
  note: string
  from: string | null
  to: string | null
  texts: Text[]
}
export interface Article extends Card {
  text: InForce | null
  locales: Locale[]
  upcoming: { n: number; effective_from: string } | null
  draft: Draft | null
  related: Found[]
}
export interface Edition {
  n: number
  published: boolean
  in_force: boolean
  effective_from: string | null
  effective_to: string | null
  published_at: string | null
  published_by: number
  change: string
  impact: string
  titles: Record<string, string>
}
export interface EditionRead extends Edition {
  from: string | null
  to: string | null
  texts: Text[]
}
export interface Synonym {
  id: number
  words: string[]
  version: number
}
export interface Term {
  id: number
  names: Record<string, string>
  definitions: Record<string, string>
  aliases: string[]
  version: number
}
export interface Expert {
  id: number
  agent_id: number
  subjects: string[]
  note: string
  version: number
}

export interface ListFilter {
  q: string
  kind: Kind | ''
  status: Status | ''
  audience: Audience | ''
  owner: number
  product: number
  type: number
}

const ui = computed(() => i18n.global.locale.value as Locale)

export function useArticles(f: Ref<ListFilter>) {
  const q = useInfiniteQuery({
    queryKey: computed(() => ['articles', 'list', f.value, ui.value]),
    queryFn: ({ pageParam }) =>
      api.get<Page<Listed>>('/articles', {
        query: {
          kind: f.value.kind,
          status: f.value.status,
          audience: f.value.audience,
          owner_id: f.value.owner || undefined,
          product_id: f.value.product || undefined,
          type_id: f.value.type || undefined,
          locale: ui.value,
          limit: 50,
          cursor: pageParam,
        },
      }),
    initialPageParam: '',
    getNextPageParam: (p) => p.next || undefined,
    enabled: computed(() => !f.value.q),
    placeholderData: (old) => old,
  })
  return { q, items: computed(() => q.data.value?.pages.flatMap((p) => p.items) ?? []) }
}

export interface SearchAnswer {
  items: Found[]
  terms: Term[]
  experts: Expert[]
}
export function useArticleSearch(f: Ref<ListFilter>) {
  return useQuery({
    queryKey: computed(() => ['articles', 'search', f.value, ui.value]),
    queryFn: () =>
      api.get<SearchAnswer>('/articles/search', {
        query: {
          q: f.value.q,
          kind: f.value.kind ? [f.value.kind] : undefined,
          product_id: f.value.product || undefined,
          type_id: f.value.type || undefined,
          strict: true,
          locale: ui.value,
          limit: 50,
        },
      }),
    enabled: computed(() => !!f.value.q),
    placeholderData: (old) => old,
  })
}

export function useStale() {
  const q = useInfiniteQuery({
    queryKey: computed(() => ['articles', 'stale', ui.value]),
    queryFn: ({ pageParam }) =>
      api.get<Page<Listed>>('/articles/stale', { query: { locale: ui.value, limit: 50, cursor: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (p) => p.next || undefined,
  })
  return { q, items: computed(() => q.data.value?.pages.flatMap((p) => p.items) ?? []) }
}

export function useArticle(id: Ref<number>, locale: Ref<string>) {
  return useQuery({
    queryKey: computed(() => ['article', id.value, locale.value || ui.value]),
    queryFn: () => api.get<Article>(`/articles/${id.value}`, { query: { locale: locale.value || ui.value } }),
    enabled: computed(() => id.value > 0),
    placeholderData: (old) => (old?.id === id.value ? old : undefined),
  })
}
export function refreshArticle(id: number) {
  void queryClient.invalidateQueries({ queryKey: ['articles'] })
  return queryClient.invalidateQueries({ queryKey: ['article', id] })
}

/** What an article can be about, for pickers: empty where the other part is off or out of reach. */
export interface Choice {
  id: number
  label: string
}
const named = (names: Record<string, string> | undefined, l: string) =>
  names?.[l] || (l.startsWith('zh') ? names?.['zh-CN'] || names?.['zh-TW'] : '') || Object.values(names ?? {})[0] || ''

export function useTypes() {
  const q = useQuery({
    queryKey: ['types'],
    queryFn: () =>
      api.get<{ items: { id: number; names: Record<string, string>; parent_id: number | null }[] }>('/types'),
    retry: false,
  })
  return computed<Choice[]>(() =>
    (q.data.value?.items ?? []).map((x) => ({ id: x.id, label: named(x.names, ui.value) })),
  )
}
/** A name with its model, where the name does not say it. */
const naming = (name: string, model: string) =>
  name.includes(model) ? name : [name, model].filter(Boolean).join(' · ')
export function useProducts() {
  const q = useQuery({
    queryKey: ['products', 'all-names'],
    queryFn: async () => {
      const out: { id: number; code: string; model: string; names: Record<string, string> }[] = []
      let cursor = ''
      do {
        const p = await api.get<Page<(typeof out)[number]>>('/products', { query: { limit: 200, cursor } })
        out.push(...p.items)
        cursor = p.next
      } while (cursor && out.length < 2000)
      return out
    },
    enabled: computed(() => can('catalog.view') && moduleOn('catalog')),
    retry: false,
  })
  return computed<Choice[]>(() =>
    (q.data.value ?? []).map((x) => ({
      id: x.id,
      label: naming(named(x.names, ui.value), x.model || x.code),
    })),
  )
}

export function useWords<T>(path: 'synonyms' | 'glossary' | 'experts') {
  const q = useQuery({ queryKey: ['words', path], queryFn: () => api.get<Page<T>>(`/${path}`) })
  return { q, items: computed(() => q.data.value?.items ?? []) }
}
export const refreshWords = () => queryClient.invalidateQueries({ queryKey: ['words'] })

/** Cuts what was typed in one line into words. */
export function cutWords(line: string): string[] {
  return line
    .split(/[,，、;；\n]/)
    .map((w) => w.trim())
    .filter((w, i, all) => w && all.indexOf(w) === i)
}
