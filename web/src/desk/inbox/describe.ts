import type { TimelineItem } from '@/api/types'
import { i18n } from '@/i18n'
import type { TimeStyle } from '@/lib/time'
import { full } from '@/lib/time'

export interface Names {
  agent(id: number): string
  team(id: number): string
  style: TimeStyle
}

const icons: Record<string, string> = {
  'ticket.created': 'i-lucide-circle-plus',
  'ticket.assigned': 'i-lucide-user-round-plus',
  'ticket.status_changed': 'i-lucide-circle-dot',
  'ticket.changed': 'i-lucide-pencil',
  'ticket.tagged': 'i-lucide-tag',
  'ticket.snoozed': 'i-lucide-alarm-clock',
  'message.received': 'i-lucide-mail',
  'message.sent_queued': 'i-lucide-reply',
  'message.noted': 'i-lucide-notebook-pen',
  'message.state_changed': 'i-lucide-send',
}
export const iconOf = (i: TimelineItem) => icons[i.kind] ?? 'i-lucide-dot'

type Data = Record<string, unknown>
/** The new value of a field, whether the event says {to}, {field} or {field: {to}}. */
function to(d: Data, field: string): unknown {
  const v = d[field]
  if (v && typeof v === 'object' && 'to' in v) return (v as Data).to
  if (v !== undefined) return v
  return field in d ? null : undefined
}

/** What happened, as half a sentence without its subject. Empty: not worth a line. */
export function describe(i: TimelineItem, n: Names): string {
  const t = i18n.global.t as (key: string, params?: Record<string, unknown>) => string
  const te = i18n.global.te as (key: string, locale?: string) => boolean
  const d = i.data ?? {}
  switch (i.kind) {
    case 'ticket.created':
      return t('inbox.event.created')
    case 'ticket.assigned': {
      const owner = to(d, 'owner_id') ?? (typeof d.to === 'number' ? d.to : undefined)
      const team = to(d, 'team_id')
      if (owner) return t('inbox.event.assigned', { name: n.agent(Number(owner)) || `#${owner}` })
      if (team) return t('inbox.event.team', { name: n.team(Number(team)) || `#${team}` })
      return t('inbox.event.unassigned')
    }
    case 'ticket.status_changed': {
      const s = String(d.to ?? to(d, 'status') ?? '')
      if (!te(`inbox.status.${s}`, 'en')) return t('inbox.event.changed')
      const result = String(d.result_code ?? '')
      const line = t('inbox.event.status', { status: t(`inbox.status.${s}`) })
      return result && te(`inbox.result.${result}`, 'en') ? `${line} · ${t(`inbox.result.${result}`)}` : line
    }
    case 'ticket.changed': {
      const p = to(d, 'priority')
      if (typeof p === 'string' && te(`inbox.priority.${p}`, 'en')) {
        return t('inbox.event.priority', { priority: t(`inbox.priority.${p}`) })
      }
      const subject = to(d, 'subject')
      if (typeof subject === 'string') return t('inbox.event.subject', { subject })
      if (to(d, 'customer_id') !== undefined) return t('inbox.event.customer')
      return t('inbox.event.changed')
    }
    case 'ticket.tagged': {
      const list = (x: unknown) => (Array.isArray(x) ? x.map(String) : [])
      const added = list(d.added)
      const removed = list(d.removed)
      const now = list(to(d, 'tags'))
      if (added.length || removed.length) {
        return [...added.map((x) => `+${x}`), ...removed.map((x) => `−${x}`)].join(' ')
      }
      return now.length ? t('inbox.event.tags', { tags: now.join(', ') }) : t('inbox.event.no_tags')
    }
    case 'ticket.snoozed': {
      const at = to(d, 'snoozed_until') ?? d.until
      return typeof at === 'string' && at ? t('inbox.event.snoozed', { at: full(at, n.style) }) : t('inbox.event.woken')
    }
    case 'message.received':
      return t('inbox.event.received')
    case 'message.sent_queued':
      return t('inbox.event.replied')
    case 'message.noted':
      return t('inbox.event.noted')
    case 'message.state_changed': {
      const s = String(d.state ?? d.to ?? '')
      return te(`inbox.delivery.${s}`, 'en') ? t('inbox.event.delivery', { state: t(`inbox.delivery.${s}`) }) : ''
    }
    default:
      return ''
  }
}

/** Lines that help in the middle of a conversation; messages are there themselves. */
export const inThread = new Set(['ticket.assigned', 'ticket.status_changed', 'ticket.snoozed'])
