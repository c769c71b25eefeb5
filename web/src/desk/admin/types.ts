import type { Locale, Role } from '@/api/types'

// What only the settings see of the wire.

export interface Session {
  id: number
  current: boolean
  created_at: string
  last_seen_at: string
  ip: string
  user_agent: string
}

export interface ApiToken {
  id: number
  name: string
  prefix: string
  created_at: string
  last_used_at: string | null
  expires_at?: string | null
  /** Only in the answer to the creation. */
  token?: string
}

export interface LinkAnswer {
  link: string
  expires_at: string
  mailed: boolean
}

export const roles: Role[] = ['administrator', 'supervisor', 'rep', 'employee']

export interface FirmSettings {
  firm_name: string
  locale: Locale
  zone: string
  country: string
  /** Module → the teams that do without it; team 0 is the whole firm. */
  modules_off: Record<string, number[]>
  /** All that can be switched off. */
  modules: string[]
  version: number
}

/** What a firm says of its help centre. */
export interface PortalSettings {
  /** The prices that hold for everybody in the firm's country are shown. */
  prices: boolean
  phone: string
  /** By language. */
  hours: Record<string, string>
  intro: Record<string, string>
  version: number
}

export type Security = 'tls' | 'starttls' | 'none'

export interface Server {
  host: string
  port: number
  security: Security
  user: string
  has_password: boolean
  folder?: string
  allow_self_signed: boolean
}

export interface Mailbox {
  id: number
  name: string
  address: string
  aliases: string[]
  team_id: number | null
  active: boolean
  imap: Server | null
  smtp: Server | null
  ack_enabled: boolean
  ack_subject: string
  ack_html: string
  signature_html: string
  state: {
    imap: 'off' | 'connecting' | 'idle' | 'failing'
    imap_error: string
    last_fetch_at: string | null
    smtp_error: string
    last_sent_at: string | null
    inbound_pending: number
  }
  version: number
}

export interface MailProblem {
  step: string
  key: string
  message: string
  detail: string
}

export interface RefusedMail {
  id: number
  mailbox_id: number
  from: string
  subject: string
  received_at: string
  reason: string
}

export interface DeadJob {
  id: number
  kind: string
  /** Its arguments, as JSON text. */
  about: string
  attempt: number
  last_error: string
  created_at: string
  failed_at: string | null
}
