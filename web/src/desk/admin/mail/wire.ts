import type { Mailbox, Server } from '../types'

// The mailbox as its form holds it, and the way there and back.

export interface ServerFields {
  on: boolean
  host: string
  port: number
  security: Server['security']
  user: string
  /** Empty: the one that is kept stays. */
  password: string
  has_password: boolean
  folder: string
  allow_self_signed: boolean
}
export interface MailboxFields {
  name: string
  address: string
  aliases: string[]
  team_id: number
  active: boolean
  imap: ServerFields
  smtp: ServerFields
  ack_enabled: boolean
  ack_subject: string
  ack_html: string
  signature_html: string
}

function serverFields(kind: 'imap' | 'smtp', s: Server | null, fresh: boolean): ServerFields {
  return {
    on: !!s || fresh,
    host: s?.host ?? '',
    port: s?.port || (kind === 'imap' ? 993 : 465),
    security: s?.security ?? 'tls',
    user: s?.user ?? '',
    password: '',
    has_password: s?.has_password ?? false,
    folder: kind === 'imap' ? (s?.folder ?? 'INBOX') : '',
    allow_self_signed: s?.allow_self_signed ?? false,
  }
}

export function toFields(m: Mailbox | undefined): MailboxFields {
  return {
    name: m?.name ?? '',
    address: m?.address ?? '',
    aliases: m?.aliases ?? [],
    team_id: m?.team_id ?? 0,
    active: m?.active ?? true,
    imap: serverFields('imap', m?.imap ?? null, !m),
    smtp: serverFields('smtp', m?.smtp ?? null, !m),
    ack_enabled: m?.ack_enabled ?? false,
    ack_subject: m?.ack_subject ?? '',
    ack_html: m?.ack_html ?? '',
    signature_html: m?.signature_html ?? '',
  }
}

export function serverWire(kind: 'imap' | 'smtp', s: ServerFields) {
  if (!s.on) return null
  return {
    host: s.host.trim(),
    port: Number(s.port),
    security: s.security,
    user: s.user.trim(),
    allow_self_signed: s.allow_self_signed,
    ...(kind === 'imap' ? { folder: s.folder.trim() || 'INBOX' } : {}),
    ...(s.password ? { password: s.password } : {}),
  }
}

/** The body of a POST (all fields) or PATCH (those that changed). */
export function toWire(f: Partial<MailboxFields>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [k, v] of Object.entries(f)) {
    if (k === 'imap' || k === 'smtp') out[k] = serverWire(k, v as ServerFields)
    else if (k === 'team_id') out[k] = v || null
    else out[k] = typeof v === 'string' ? v.trim() : v
  }
  return out
}
