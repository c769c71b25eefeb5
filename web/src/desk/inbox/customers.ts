import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/api/client'
import type { Customer, Page, TicketRow } from '@/api/types'
import { queryClient } from '@/query'
import { onChanges } from '../live'
import { putRow } from './rows'

onChanges((batch) => {
  for (const c of batch) {
    if (c.about.kind === 'customer') void queryClient.invalidateQueries({ queryKey: ['customer', c.about.id] })
    else if (c.customer && (c.kind === 'ticket.created' || c.kind === 'ticket.status_changed')) {
      void queryClient.invalidateQueries({ queryKey: ['customer', c.customer] })
    }
  }
})

export function useCustomer(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['customer', id.value]),
    queryFn: async () => {
      const path = `/customers/${id.value}`
      const [c, n] = await Promise.all([api.get<Customer>(path), api.get<Partial<Customer>>(`${path}/summary`)])
      return { ...c, ...n, emails: c.emails ?? [], phones: c.phones ?? [] }
    },
    enabled: computed(() => id.value > 0),
  })
}

export function useCustomerTickets(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['customer', id.value, 'tickets']),
    queryFn: async () => {
      const p = await api.get<Page<TicketRow>>(`/customers/${id.value}/tickets`, { query: { limit: 20 } })
      for (const r of p.items ?? []) putRow(r, p.position)
      return { ids: (p.items ?? []).map((r) => r.id), more: !!p.next }
    },
    enabled: computed(() => id.value > 0),
  })
}

/** A customer who may be the one, with what is open for him. */
export type Found = Customer & { last_matter: { number: string; subject: string } | null }
/** A ticket that has the number that was typed. */
export interface FoundTicket {
  ticket_id: number
  number: string
  subject: string
  customer: { id: number; name: string; kind: 'person' | 'organization' } | null
}

/** Finds by name, pinyin, initials, e-mail, any part of a phone number, customer and ticket number. */
export function lookup(q: string, signal?: AbortSignal) {
  return api.get<{ customers: Found[]; tickets: FoundTicket[]; exact: boolean }>('/lookup', { query: { q }, signal })
}
