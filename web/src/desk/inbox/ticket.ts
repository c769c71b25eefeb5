import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref, watch } from 'vue'
import { api, isProblem } from '@/api/client'
import type { BulkResult, Ticket, TicketPatch, TicketRow } from '@/api/types'
import { queryClient } from '@/query'
import { placeEverywhere } from './lists'
import { putRow, rowOf, tweakRow } from './rows'

/** What PATCH and a posted message answer: the ticket itself, without what depends on the viewer. */
export type TicketAnswer = Partial<Ticket> & Pick<Ticket, 'id' | 'version'> & { customer_id?: number | null }

const detailOnly = [
  'customer_id',
  'organization_id',
  'mailbox_id',
  'result_code',
  'result_text',
  'solved_at',
  'closed_at',
  'created_by',
  'allowed',
  'queue_owner_id',
  'cc',
  'reply_to',
  'customer_emails',
  'position',
  'severity_reason',
  'criticality',
  'priority_by',
  'priority_reason',
  'user',
  'payer',
  'user_id',
  'payer_id',
  'spent_seconds',
  'first_contact',
  'fields',
  'checklist',
  'product_id',
  'dealer_id',
  'result_note',
  'symptom',
] as const

export function rowPart(t: TicketAnswer): TicketRow {
  const r = { ...t } as Record<string, unknown>
  for (const k of detailOnly) delete r[k]
  return r as unknown as TicketRow
}

export const ticketKey = (id: number) => ['ticket', id]

export async function fetchTicket(id: number): Promise<Ticket> {
  const t = await api.get<Ticket>(`/tickets/${id}`)
  putRow(rowPart(t), t.position)
  return t
}

export function takeTicket(t: TicketAnswer): Ticket | undefined {
  const known = rowOf(t.id)
  // A bare answer about a ticket that no list has shown makes no row; the stream or the next list brings it.
  if (known || 'customer' in t) putRow(rowPart(t), t.position)
  const old = queryClient.getQueryData<Ticket>(ticketKey(t.id))
  const whole = old ? { ...old, ...t } : 'customer' in t ? (t as Ticket) : undefined
  if (whole) queryClient.setQueryData(ticketKey(t.id), whole)
  const row = rowOf(t.id)
  if (row) placeEverywhere(row)
  return whole
}

/** One ticket, whole: what was fetched, under what the stream has told since. */
export function useTicket(id: Ref<number>) {
  const q = useQuery({
    queryKey: computed(() => ticketKey(id.value)),
    queryFn: () => fetchTicket(id.value),
    enabled: computed(() => id.value > 0),
  })
  const ticket = computed<Ticket | undefined>(() => {
    const d = q.data.value
    if (!d || d.id !== id.value) return undefined
    const row = rowOf(d.id)
    return row && row.version >= d.version ? { ...d, ...row } : d
  })
  // What the row does not carry (allowed next statuses, result) is asked again once the row is newer.
  watch(
    () => [id.value, rowOf(id.value)?.version, q.data.value?.version] as const,
    ([, row, detail]) => {
      if (row && detail && row > detail && !q.isFetching.value) void q.refetch()
    },
  )
  return { query: q, ticket }
}

export async function patchTicket(id: number, patch: TicketPatch): Promise<TicketAnswer> {
  const before = rowOf(id)
  const shown: Partial<TicketRow> = {}
  for (const k of ['subject', 'status', 'priority', 'owner_id', 'team_id', 'tags', 'snoozed_until', 'place'] as const) {
    if (k in patch) (shown as Record<string, unknown>)[k] = patch[k]
  }
  const back = tweakRow(id, shown)
  const send = (version: number | undefined) => api.patch<TicketAnswer>(`/tickets/${id}`, patch, { version })
  try {
    const known = queryClient.getQueryData<Ticket>(ticketKey(id))
    const version = Math.max(before?.version ?? 0, known?.version ?? 0) || undefined
    let t: TicketAnswer
    try {
      t = await send(version)
    } catch (e) {
      if (!isProblem(e, 'stale') || !before) throw e
      // Somebody changed the ticket meanwhile. If they did not touch what we change, ours goes through on top of theirs.
      const now = await api.get<Ticket>(`/tickets/${id}`)
      const touched = (Object.keys(shown) as (keyof TicketRow)[]).some(
        (k) => JSON.stringify(now[k]) !== JSON.stringify(before[k]),
      )
      if (touched) {
        back()
        takeTicket(now)
        throw e
      }
      t = await send(now.version)
    }
    takeTicket(t)
    // The answer names customers by id only.
    if ('customer_id' in patch || 'user_id' in patch || 'payer_id' in patch)
      await queryClient.fetchQuery({ queryKey: ticketKey(id), queryFn: () => fetchTicket(id), staleTime: 0 })
    return t
  } catch (e) {
    back()
    throw e
  }
}

export async function bulkPatch(ids: number[], patch: TicketPatch): Promise<BulkResult> {
  const out: BulkResult = { done: [], failed: [] }
  // The server takes a hundred at a time.
  for (let i = 0; i < ids.length; i += 100) {
    const r = await api.post<BulkResult>('/tickets/bulk', { ids: ids.slice(i, i + 100), patch })
    out.done.push(...(r.done ?? []))
    out.failed.push(...(r.failed ?? []))
  }
  return out
}
