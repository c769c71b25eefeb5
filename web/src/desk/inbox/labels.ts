import type { Channel, Priority, Status } from '@/api/types'

export const channelIcons: Record<Channel, string> = {
  email: 'i-lucide-mail',
  phone: 'i-lucide-phone',
  web: 'i-lucide-globe',
  chat: 'i-lucide-messages-square',
  visit: 'i-lucide-door-open',
  note: 'i-lucide-notebook-pen',
}
export const statusIcons: Record<Status, string> = {
  new: 'i-lucide-circle-dashed',
  assigned: 'i-lucide-circle-user-round',
  in_progress: 'i-lucide-circle-play',
  waiting_customer: 'i-lucide-hourglass',
  waiting_internal: 'i-lucide-circle-pause',
  solved: 'i-lucide-circle-check',
  closed: 'i-lucide-circle-check-big',
  reopened: 'i-lucide-rotate-ccw',
  cancelled: 'i-lucide-circle-x',
}
/** Colour only where it means something: done is green, waiting for the customer is amber; the rest is plain. */
export const statusTone: Record<Status, string> = {
  new: 'text-accent-text',
  assigned: 'text-fg-2',
  in_progress: 'text-fg-2',
  waiting_customer: 'text-warn',
  waiting_internal: 'text-warn',
  solved: 'text-ok',
  closed: 'text-fg-3',
  reopened: 'text-accent-text',
  cancelled: 'text-fg-3',
}
export const priorityIcons: Record<Priority, string> = {
  urgent: 'i-lucide-chevrons-up',
  high: 'i-lucide-chevron-up',
  normal: 'i-lucide-equal',
  low: 'i-lucide-chevron-down',
}
export const priorityTone: Record<Priority, string> = {
  urgent: 'text-bad',
  high: 'text-warn',
  normal: 'text-fg-3',
  low: 'text-fg-3',
}
