import { i18n } from '@/i18n'
import { describe, iconOf, type Names } from '../inbox/describe'
import { nameOf } from './name'
import type { Step } from './portrait'

// What happened with a customer, as half a sentence. Events of tickets are told as beside the ticket.

const icons: Record<string, string> = {
  'customer.created': 'i-lucide-user-round-plus',
  'customer.changed': 'i-lucide-pencil',
  'customer.merged': 'i-lucide-git-merge',
  'customer.unmerged': 'i-lucide-git-branch',
  'customer.linked': 'i-lucide-link',
  'customer.unlinked': 'i-lucide-unlink',
  'customer.noted': 'i-lucide-notebook-pen',
  'customer.note_removed': 'i-lucide-eraser',
}
export const tellIcon = (s: Step) =>
  icons[s.kind] ?? (s.kind.startsWith('answer.') ? 'i-lucide-book-open-check' : iconOf(s))

/** Who did it. What came from outside was written down by the program and said by the customer. */
export function tellActor(s: Step, customer: { name?: string; kind: string }): string {
  if (s.kind === 'message.received' && s.actor.kind !== 'agent' && customer.kind === 'person') return nameOf(customer)
  return s.actor.name || i18n.global.t('inbox.author.system')
}

export function tellStep(s: Step, n: Names): string {
  const t = i18n.global.t as (key: string, params?: Record<string, unknown>) => string
  const te = i18n.global.te as (key: string) => boolean
  // Of a mail's way it is enough to know how it ended.
  if (s.kind === 'message.state_changed' && !['sent', 'failed'].includes(String(s.data?.state))) return ''
  const own = `portrait.event.${s.kind.replace('.', '_')}`
  if (s.kind === 'customer.changed') {
    const fields = Array.isArray(s.data?.fields) ? s.data.fields.map(String) : []
    const named = fields.filter((f) => te(`portrait.field.${f}`)).map((f) => t(`portrait.field.${f}`))
    return named.length ? t(own, { fields: named.join('、') }) : ''
  }
  if (te(own)) return t(own, { title: String(s.data?.title ?? '') })
  return describe(s, n)
}
