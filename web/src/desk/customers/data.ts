import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/api/client'
import type { Customer, Page, TicketRow } from '@/api/types'
import { queryClient } from '@/query'

export type Kind = 'person' | 'organization'

/** A customer and how many tickets he has; the same under the same key wherever it is shown. */
export async function fetchCustomer(id: number): Promise<Customer> {
  const path = `/customers/${id}`
  const [c, n] = await Promise.all([api.get<Customer>(path), api.get<Partial<Customer>>(`${path}/summary`)])
  return { ...c, ...n, emails: c.emails ?? [], phones: c.phones ?? [] }
}
export function useCustomer(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['customer', id.value]),
    queryFn: () => fetchCustomer(id.value),
    enabled: computed(() => id.value > 0),
  })
}
export function putCustomer(c: Customer) {
  queryClient.setQueryData<Customer>(['customer', c.id], (old) => ({ ...old, ...c }))
  void queryClient.invalidateQueries({ queryKey: ['customers'] })
}

function pages<T>(key: Ref<unknown[]>, ask: (cursor: string) => Promise<Page<T>>, enabled?: Ref<boolean>) {
  const q = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => ask(pageParam),
    initialPageParam: '',
    getNextPageParam: (p: Page<T>) => p.next || undefined,
    enabled,
    placeholderData: (old) => old,
  })
  return { q, items: computed(() => q.data.value?.pages.flatMap((p) => p.items ?? []) ?? []) }
}

export function useCustomers(ask: Ref<{ q: string; kind: string; tier: string; sort: string }>) {
  return pages<Customer>(
    computed(() => ['customers', ask.value]),
    (cursor) => api.get('/customers', { query: { ...ask.value, limit: 50, cursor } }),
  )
}
export function useTicketsOf(id: Ref<number>) {
  return pages<TicketRow>(
    computed(() => ['customer', id.value, 'all-tickets']),
    (cursor) => api.get(`/customers/${id.value}/tickets`, { query: { limit: 30, cursor } }),
    computed(() => id.value > 0),
  )
}
export function usePeopleOf(id: Ref<number>, on: Ref<boolean>) {
  return pages<Customer>(
    computed(() => ['customer', id.value, 'people']),
    (cursor) => api.get(`/customers/${id.value}/people`, { query: { limit: 50, cursor } }),
    computed(() => on.value && id.value > 0),
  )
}
