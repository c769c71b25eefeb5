import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/api/client'
import type { Customer, Page, Status, TimelineItem } from '@/api/types'
import { queryClient } from '@/query'

// What is known about one customer beyond his record: the head of his page, his chain, his journey, who may be the same.

export interface CustomerRef {
  id: number
  number: string
  kind: 'person' | 'organization'
  name: string
  anonymous: boolean
  chain_role: string
  tier: string
  city: string
}
export interface Matter {
  ticket_id: number
  number: string
  subject: string
  status: Status
  created_at: string
  updated_at: string
}
export interface Warning {
  code: 'too_early' | 'too_late' | 'other_channel' | 'note'
  kind: string
  text: string
  channel: string
  not_before: string
  not_after: string
  local_time: string
  zone: string
}
export interface Overview extends CustomerRef {
  address: string
  since: string
  novice: boolean
  effective_tier: string
  preferred_agent_id: number | null
  last_matter: Matter | null
  last_talk: (Matter & { at: string; preview: string; by: string }) | null
  open_matters: Matter[]
  open_tickets: number
  total_tickets: number
  warnings: Warning[]
  suppliers: CustomerRef[]
  merged_into: number | null
}
export interface ChainNode {
  customer: CustomerRef
  steps: number
  via: number
  link_id: number
  kind: 'supplies' | 'distributes_for'
}
export interface Chain {
  up: ChainNode[]
  down: ChainNode[]
}
export interface Duplicate {
  customer: Customer
  reasons: string[]
}
export interface Merge {
  id: number
  from: CustomerRef
  into: number
  by: { id: number; name: string }
  at: string
}
export interface PersonalNote {
  id: number
  text: string
  consent_how: string
  by: { id: number; name: string }
  at: string
}
export interface Step extends TimelineItem {
  about: { kind: string; id: number }
  ticket?: Matter
}

export const tiers = ['basic', 'silver', 'gold', 'platinum'] as const
export const types = ['economic', 'ethical', 'personal', 'convenience'] as const
export const needLevels = ['product', 'service', 'experience', 'relationship', 'success'] as const
export const chainRoles = [
  'maker',
  'wholesaler_1',
  'wholesaler_2',
  'retailer',
  'logistics',
  'dealer',
  'end_customer',
  'user',
  'internal',
] as const
export const roles = ['buyer', 'payer', 'user', 'decision_maker', 'custodian', 'complainant'] as const
export const preferenceKinds = ['time', 'channel', 'tone', 'length', 'language', 'taboo', 'other'] as const
export const contactChannels = ['phone', 'email', 'web', 'chat', 'visit', 'sms', 'fax', 'social'] as const

// Everything is below ['customer', id], so what the stream tells of a customer refreshes all of it.
const part = <T>(id: Ref<number>, name: string, path: string, on?: Ref<boolean>) =>
  useQuery({
    queryKey: computed(() => ['customer', id.value, name]),
    queryFn: () => api.get<T>(`/customers/${id.value}/${path}`),
    enabled: computed(() => id.value > 0 && (on?.value ?? true)),
  })
export const useOverview = (id: Ref<number>) => part<Overview>(id, 'overview', 'overview')
export const useChain = (id: Ref<number>, on?: Ref<boolean>) => part<Chain>(id, 'chain', 'chain', on)
export const useDuplicates = (id: Ref<number>) => part<{ items: Duplicate[] }>(id, 'duplicates', 'duplicates')
export const useMerges = (id: Ref<number>) => part<{ items: Merge[] }>(id, 'merges', 'merges')
export const usePersonalNotes = (id: Ref<number>, on?: Ref<boolean>) =>
  part<{ items: PersonalNote[] }>(id, 'notes', 'notes', on)

/** What to mind before speaking to somebody by a channel, now. Asked anew every minute, for the clock goes on. */
export function useWarnings(id: Ref<number>, channel: Ref<string>) {
  return useQuery({
    queryKey: computed(() => ['customer', id.value, 'warnings', channel.value]),
    queryFn: () =>
      api.get<{ items: Warning[] }>(`/customers/${id.value}/warnings`, { query: { channel: channel.value } }),
    enabled: computed(() => id.value > 0),
    refetchInterval: 60_000,
  })
}

export function useJourney(id: Ref<number>, kind: Ref<string>) {
  const q = useInfiniteQuery({
    queryKey: computed(() => ['customer', id.value, 'journey', kind.value]),
    queryFn: ({ pageParam }) =>
      api.get<Page<Step>>(`/customers/${id.value}/timeline`, {
        query: { kind: kind.value, limit: 40, cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (p: Page<Step>) => p.next || undefined,
    enabled: computed(() => id.value > 0),
  })
  return { q, items: computed(() => q.data.value?.pages.flatMap((p) => p.items ?? []) ?? []) }
}

export function refresh(...ids: number[]) {
  for (const id of ids) void queryClient.invalidateQueries({ queryKey: ['customer', id] })
  void queryClient.invalidateQueries({ queryKey: ['customers'] })
}
