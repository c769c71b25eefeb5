import type { TimelineItem } from '@/api/types'
import { i18n } from '@/i18n'
import { type TimeStyle, until } from '@/lib/time'

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
  'ticket.woken': 'i-lucide-alarm-clock-off',
  'ticket.preferred_away': 'i-lucide-user-round-x',
  'message.queued': 'i-lucide-reply',
  'message.spoken': 'i-lucide-phone',
  'message.noted': 'i-lucide-notebook-pen',
  'message.state_changed': 'i-lucide-send',
  'need.changed': 'i-lucide-ear',
  'need.asked': 'i-lucide-mail-question-mark',
  'need.confirmed': 'i-lucide-badge-check',
  'need.corrected': 'i-lucide-message-square-warning',
  'need.skipped': 'i-lucide-skip-forward',
  'need.mood': 'i-lucide-smile',
  'need.proposed': 'i-lucide-lightbulb',
  'document.sent': 'i-lucide-paperclip',
  'referral.sent': 'i-lucide-forward',
  'referral.reported': 'i-lucide-wrench',
  'referral.withdrawn': 'i-lucide-undo-2',
  'answer.given': 'i-lucide-book-open-check',
  'answer.solved': 'i-lucide-badge-check',
  'answer.superseded': 'i-lucide-bell-ring',
  'diagnosis.started': 'i-lucide-git-fork',
  'diagnosis.found': 'i-lucide-stethoscope',
}
export const iconOf = (i: TimelineItem) => icons[i.kind] ?? 'i-lucide-dot'

type Data = Record<string, unknown>
/** ticket.changed tells each field as [old, new]. */
function changed(d: Data, field: string): unknown {
  const v = d[field]
  return Array.isArray(v) ? v[1] : undefined
}

/** What happened, as half a sentence without its subject. Empty: not worth a line. */
export function describe(i: TimelineItem, n: Names): string {
  const t = i18n.global.t as (key: string, params?: Record<string, unknown>) => string
  const te = i18n.global.te as (key: string) => boolean
  const d = i.data ?? {}
  switch (i.kind) {
    case 'ticket.created':
      return t('inbox.event.created')
    case 'ticket.assigned': {
      const owner = Number(d.to ?? 0)
      const team = Number(d.team_to ?? 0)
      if (owner && owner === i.actor.id && i.actor.kind === 'agent') return t('inbox.event.took')
      if (owner && owner !== Number(d.from ?? 0))
        return t('inbox.event.assigned', { name: n.agent(owner) || `#${owner}` })
      if (team && team !== Number(d.team_from ?? 0)) return t('inbox.event.team', { name: n.team(team) || `#${team}` })
      return t('inbox.event.unassigned')
    }
    case 'ticket.status_changed': {
      const s = String(d.to ?? '')
      if (!te(`inbox.status.${s}`)) return t('inbox.event.changed')
      const result = String(d.result_code ?? '')
      const line = t('inbox.event.status', { status: t(`inbox.status.${s}`) })
      return result && te(`inbox.result.${result}`) ? `${line} · ${t(`inbox.result.${result}`)}` : line
    }
    case 'ticket.changed': {
      const p = changed(d, 'priority')
      if (typeof p === 'string' && te(`inbox.priority.${p}`)) {
        return t('inbox.event.priority', { priority: t(`inbox.priority.${p}`) })
      }
      const subject = changed(d, 'subject')
      if (typeof subject === 'string') return t('inbox.event.subject', { subject })
      if (d.customer_id !== undefined) return t('inbox.event.customer')
      if (d.type_id !== undefined) return t('inbox.event.type')
      const severity = Number(changed(d, 'severity') ?? 0)
      if (severity) return t('inbox.event.severity', { n: severity })
      const place = changed(d, 'place')
      if (typeof place === 'string' && place) return t('inbox.event.place', { place })
      if (d.checklist !== undefined) return t('inbox.event.checklist')
      if (Object.keys(d).some((k) => k.startsWith('fields.'))) return t('inbox.event.fields')
      if (d.spent_seconds !== undefined) return t('inbox.event.spent')
      return t('inbox.event.changed')
    }
    case 'ticket.tagged': {
      const list = (x: unknown) => (Array.isArray(x) ? x.map(String) : [])
      const added = list(d.added)
      const removed = list(d.removed)
      return t('inbox.event.tags', { tags: [...added.map((x) => `+${x}`), ...removed.map((x) => `−${x}`)].join(' ') })
    }
    case 'ticket.snoozed': {
      return t('inbox.event.snoozed', { at: until(String(d.until ?? ''), n.style, Date.parse(i.at)) })
    }
    case 'ticket.preferred_away':
      return t('inbox.event.preferred_away', { name: n.agent(Number(d.agent_id)) || `#${d.agent_id}` })
    case 'ticket.woken':
      return t('inbox.event.woken')
    case 'message.received':
      return i.actor.kind === 'agent' ? t('inbox.event.recorded') : t('inbox.event.received')
    case 'message.queued':
      return t('inbox.event.replied')
    case 'message.spoken':
      return t('inbox.event.spoken')
    case 'message.noted':
      return t('inbox.event.noted')
    case 'message.state_changed': {
      const s = String(d.state ?? '')
      return te(`inbox.delivery.${s}`) ? t('inbox.event.delivery', { state: t(`inbox.delivery.${s}`) }) : ''
    }
    case 'document.sent':
      return t('inbox.event.document', { title: String(d.title ?? ''), n: Number(d.version ?? 0) })
    case 'referral.sent':
    case 'referral.withdrawn':
    case 'referral.reported': {
      const state = String(d.state ?? '')
      if (!te(`inbox.event.referral.${state}`)) return ''
      const line = t(`inbox.event.referral.${state}`, { name: String(d.dealer ?? '') })
      return d.text ? `${line} · ${d.text}` : line
    }
    case 'need.confirmed':
      return t(d.by === 'customer' ? 'inbox.event.need.confirmed' : 'inbox.event.need.heard')
    case 'need.corrected':
      return t('inbox.event.need.corrected', { text: String(d.instead ?? '') })
    case 'need.skipped':
      return t('inbox.event.need.skipped', { reason: String(d.reason ?? '') })
    case 'need.proposed':
      return t('inbox.event.need.proposed', { text: String(d.alternative ?? '') })
    case 'need.asked':
    case 'need.mood':
    case 'need.changed':
      return t(`inbox.event.${i.kind}`)
    case 'answer.given':
      return t(d.earlier ? 'inbox.event.answer.warned' : 'inbox.event.answer.given', { title: String(d.title ?? '') })
    case 'answer.solved':
    case 'answer.superseded':
      return t(`inbox.event.${i.kind}`, { title: String(d.title ?? '') })
    case 'diagnosis.started':
      return t('inbox.event.diagnosis.started', { name: String(d.name ?? '') })
    case 'diagnosis.found':
      return t(d.part ? 'inbox.event.diagnosis.part' : 'inbox.event.diagnosis.found', {
        cause: String(d.cause ?? ''),
        part: String(d.part ?? ''),
      })
    default:
      return ''
  }
}

/** Lines that help in the middle of a conversation; messages are there themselves. */
export const inThread = new Set([
  'ticket.assigned',
  'ticket.status_changed',
  'ticket.snoozed',
  'ticket.woken',
  'need.confirmed',
  'need.corrected',
  'need.skipped',
])

/**
 * A reply sets a ticket in progress and then waiting, in one moment: of such steps by one hand only the last is told.
 * Items come newest first.
 */
export function settled(items: TimelineItem[]): TimelineItem[] {
  return items.filter((i, n) => {
    const later = items[n - 1]
    return !(
      i.kind === 'ticket.status_changed' &&
      later?.kind === i.kind &&
      later.actor.kind === i.actor.kind &&
      later.actor.id === i.actor.id &&
      Date.parse(later.at) - Date.parse(i.at) < 2000
    )
  })
}
