import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { api } from '@/api/client'
import type { Locale, Page, Priority } from '@/api/types'
import { i18n } from '@/i18n'
import { queryClient } from '@/query'
import { session } from '@/session'
import { onChanges } from '../live'

export type Names = Partial<Record<Locale, string>>
export const fieldKinds = [
  'text',
  'number',
  'choice',
  'date',
  'moment',
  'product',
  'asset',
  'phone',
  'address',
  'money',
  'yesno',
] as const
export type FieldKind = (typeof fieldKinds)[number]
export interface Choice {
  key: string
  names: Names
}
export interface TypeField {
  key: string
  names: Names
  kind: FieldKind
  choices: Choice[]
  required: 'never' | 'open' | 'solve'
  need?: boolean
  help?: Names
}
export interface Check {
  key: string
  names: Names
  required?: boolean
}
export interface Question {
  key: string
  names: Names
  kind: 'open' | 'closed'
  choices: Choice[]
}
export interface Conflict {
  a: { field: string; value: string }
  b: { field: string; value: string }
  ask: Names
}
export interface NextIssue {
  names: Names
  article_id?: number
}
export interface TicketType {
  id: number
  key: string
  parent_id: number | null
  names: Names
  icon: string
  active: boolean
  team_id: number | null
  severity: number | null
  weight: number
  require_restatement: boolean
  position: number
  fields: TypeField[]
  checklist: Check[]
  questions: Question[]
  conflicts: Conflict[]
  next_issues: NextIssue[]
  need: boolean
  topic: string
  version: number
}
export interface Level {
  level: number
  names: Names
  meaning: Names
}
export interface Rule {
  severity: number[]
  tier: Record<string, number>
  criticality: number[]
  urgent: number
  high: number
  normal: number
}
export interface Severities {
  levels: Level[]
  rule: Rule
  version: number
}

const order: Locale[] = ['zh-CN', 'zh-TW', 'en']
const near: Record<string, Locale[]> = { 'zh-CN': ['zh-TW'], 'zh-TW': ['zh-CN'] }

/** A text of the firm in the reader's language, else in the nearest that it has. */
export function say(names: Names | undefined): string {
  const mine = i18n.global.locale.value as Locale
  const firm = session.me?.firm.locale
  for (const l of [mine, ...(near[mine] ?? []), ...(firm ? [firm] : []), ...order]) if (names?.[l]) return names[l]
  return ''
}

onChanges((batch) => {
  if (batch.some((c) => c.kind.startsWith('tickettype.'))) {
    void queryClient.invalidateQueries({ queryKey: ['types'] })
    void queryClient.invalidateQueries({ queryKey: ['severities'] })
  }
})

/** The tree of ticket types: each before its children. */
export function useTypes() {
  const q = useQuery({
    queryKey: ['types'],
    queryFn: async () => (await api.get<Page<TicketType>>('/types')).items ?? [],
    enabled: computed(() => session.status === 'in'),
  })
  const types = computed(() => q.data.value ?? [])
  const byId = computed(() => new Map(types.value.map((x) => [x.id, x])))
  const typeOf = (id: number | null | undefined) => (id ? byId.value.get(id) : undefined)
  /** How deep a type stands, from 0. */
  const depth = (x: TicketType | undefined): number => (x?.parent_id ? 1 + depth(byId.value.get(x.parent_id)) : 0)
  return { query: q, types, typeOf, depth, typeName: (id: number | null | undefined) => say(typeOf(id)?.names) }
}

export function useSeverities() {
  const q = useQuery({
    queryKey: ['severities'],
    queryFn: () => api.get<Severities>('/severities'),
    enabled: computed(() => session.status === 'in'),
  })
  const levels = computed(() => q.data.value?.levels ?? [])
  return {
    query: q,
    levels,
    severityName: (n: number | null | undefined) =>
      n ? `${n} · ${say(levels.value.find((l) => l.level === n)?.names)}` : '',
  }
}

/** The places that tickets have, for who types one. */
export function usePlaces() {
  const q = useQuery({
    queryKey: ['places'],
    queryFn: async () => (await api.get<{ items: string[] }>('/places')).items ?? [],
    staleTime: 60_000,
  })
  return computed(() => q.data.value ?? [])
}

/** The priority that so many points make. */
export function priorityOf(rule: Rule | undefined, points: number): Priority | '' {
  if (!rule) return ''
  if (points >= rule.urgent) return 'urgent'
  if (points >= rule.high) return 'high'
  return points >= rule.normal ? 'normal' : 'low'
}

/** A value of a field as people read it. */
export function shown(f: TypeField, value: string, locale: string, words: { yes: string; no: string }): string {
  switch (f.kind) {
    case 'choice':
      return say(f.choices.find((c) => c.key === value)?.names) || value
    case 'yesno':
      return value === 'yes' ? words.yes : words.no
    case 'moment':
      return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value))
    default:
      return value
  }
}
