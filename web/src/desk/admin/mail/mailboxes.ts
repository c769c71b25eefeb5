import { useQuery } from '@tanstack/vue-query'
import { queryClient } from '@/query'
import { whole } from '../kit/lists'
import type { Mailbox } from '../types'

/** Connection states change without anything happening at the desk, so they are asked for while somebody looks. */
export function useMailboxes() {
  return useQuery({ queryKey: ['mailboxes'], queryFn: () => whole<Mailbox>('/mailboxes'), refetchInterval: 15_000 })
}

export function putMailbox(m: Mailbox) {
  queryClient.setQueryData<Mailbox[]>(['mailboxes'], (l) =>
    l?.some((x) => x.id === m.id) ? l.map((x) => (x.id === m.id ? m : x)) : [...(l ?? []), m],
  )
}
export function dropMailbox(id: number) {
  queryClient.setQueryData<Mailbox[]>(['mailboxes'], (l) => l?.filter((x) => x.id !== id))
}

export type Health = 'off' | 'good' | 'connecting' | 'failing' | 'send_only' | 'delivered'

/** One word for the state of a mailbox: what is wrong comes first. */
export function health(m: Mailbox): Health {
  if (!m.active) return 'off'
  if (m.state.imap === 'failing' || m.state.smtp_error) return 'failing'
  if (!m.imap) return m.smtp ? 'send_only' : 'delivered'
  if (m.state.imap === 'connecting') return 'connecting'
  return m.state.imap === 'idle' ? 'good' : 'off'
}
export const healthTone: Record<Health, string> = {
  off: 'text-fg-3',
  good: 'text-ok',
  connecting: 'text-fg-2',
  failing: 'text-bad',
  send_only: 'text-fg-2',
  delivered: 'text-fg-2',
}
export const healthIcon: Record<Health, string> = {
  off: 'i-lucide-circle-pause',
  good: 'i-lucide-circle-check',
  connecting: 'i-lucide-loader-circle',
  failing: 'i-lucide-circle-alert',
  send_only: 'i-lucide-send',
  delivered: 'i-lucide-inbox',
}
