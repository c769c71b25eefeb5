// The shapes on the wire. Times are RFC 3339 in UTC, ids are 64-bit integers (all below 2^53).

export type Locale = 'en' | 'zh-CN' | 'zh-TW'
export type Theme = 'light' | 'dark' | 'system'
export type Density = 'comfortable' | 'compact'
export type Role = 'administrator' | 'supervisor' | 'rep' | 'employee'

export interface Page<T> {
  items: T[]
  next: string
  position: number
}

export interface Meta {
  version: string
  firm_name: string
  setup_needed: boolean
  locales: Locale[]
}

export interface Agent {
  id: number
  name: string
  email: string
  role: Role
  state: 'invited' | 'active' | 'disabled'
  team_ids: number[]
  locale: Locale
  zone: string
  theme: Theme
  density: Density
  signature_html?: string
  shortcuts?: Record<string, string>
  online: boolean
  version: number
  created_at: string
}

export interface Me {
  agent: Agent
  permissions: string[]
  /** The parts of the program that are switched on. */
  modules: string[]
  firm: { name: string; locale: Locale; zone: string }
  position: number
}

export interface Team {
  id: number
  name: string
  private: boolean
  lead_id: number | null
  member_ids: number[]
  archived: boolean
  version: number
}

export interface CustomerEmail {
  value: string
  label: string
  primary: boolean
}
export interface CustomerPhone {
  value: string
  shown: string
  label: string
  primary: boolean
}
export interface Customer {
  id: number
  number: string
  kind: 'person' | 'organization'
  name: string
  salutation: string
  locale: Locale | ''
  zone: string
  notes: string
  emails: CustomerEmail[]
  phones: CustomerPhone[]
  organizations?: { id: number; name: string; title: string; roles?: string[] }[]
  people_count?: number
  tier?: string
  region?: string
  city?: string
  /** A date; empty is the day of registration. */
  since?: string
  novice?: '' | 'yes' | 'no'
  preferred_agent_id?: number | null
  need_level?: string
  customer_type?: string
  chain_role?: string
  preferences?: Preference[]
  /** A caller who did not give his name. */
  anonymous?: boolean
  /** The customer whom this record has become part of. */
  merged_into?: number | null
  /** Of GET /customers/{id}/summary; lists do not carry them. */
  open_tickets?: number
  total_tickets?: number
  last_ticket_at?: string | null
  created_at: string
  version: number
}
export interface Preference {
  kind: string
  text: string
  channel: string
  not_before: string
  not_after: string
  warn: boolean
}
export interface NewCustomer {
  kind: 'person' | 'organization'
  name: string
  salutation?: string
  locale?: string
  zone?: string
  notes?: string
  emails?: { value: string; label?: string }[]
  phones?: { value: string; label?: string }[]
  organization_ids?: { id: number; title?: string; roles?: string[] }[]
  allow_duplicate?: boolean
  anonymous?: boolean
}

export const statuses = [
  'new',
  'assigned',
  'in_progress',
  'waiting_customer',
  'waiting_internal',
  'solved',
  'closed',
  'reopened',
  'cancelled',
] as const
export type Status = (typeof statuses)[number]
export const priorities = ['urgent', 'high', 'normal', 'low'] as const
export type Priority = (typeof priorities)[number]
export const channels = ['email', 'phone', 'web', 'chat', 'visit', 'note'] as const
export type Channel = (typeof channels)[number]
export const resultCodes = [
  'solved_answered',
  'solved_fixed',
  'solved_workaround',
  'duplicate',
  'not_reproducible',
  'withdrawn',
  'spam',
  'no_answer',
  'refused',
] as const
export type ResultCode = (typeof resultCodes)[number]

export interface TicketRow {
  id: number
  number: string
  subject: string
  status: Status
  priority: Priority
  channel: Channel
  customer: { id: number; name: string; kind: 'person' | 'organization' } | null
  organization: { id: number; name: string } | null
  team_id: number | null
  owner_id: number | null
  tags: string[]
  preview: string
  last_by: 'customer' | 'agent' | 'system'
  last_message_at: string | null
  message_count: number
  unread: number
  draft: boolean
  snoozed_until: string | null
  created_at: string
  updated_at: string
  version: number
  type_id?: number | null
  /** 1 is the worst, 4 the slightest; null: nobody has judged. */
  severity?: number | null
  /** Points of the rule of priorities. */
  score?: number
  place?: string
}

export interface ActorRef {
  kind: string
  id: number
  name: string
}

export interface Ticket extends TicketRow {
  mailbox_id: number | null
  result_code: ResultCode | '' | null
  result_text: string
  solved_at: string | null
  closed_at: string | null
  created_by: ActorRef
  allowed: Status[]
  queue_owner_id: number | null
  cc: string[]
  reply_to: string[]
  customer_emails: string[]
  position: number
  severity_reason?: string
  criticality?: number
  priority_by?: 'rule' | 'person'
  priority_reason?: string
  user?: { id: number; name: string; kind: 'person' | 'organization' } | null
  payer?: { id: number; name: string; kind: 'person' | 'organization' } | null
  spent_seconds?: number
  first_contact?: boolean
  fields?: Record<string, string>
  checklist?: string[]
  product_id?: number | null
  dealer_id?: number | null
  /** The part of the result that stays among ourselves. */
  result_note?: string
  symptom?: string
}

/** What can be said about a ticket besides its conversation. */
export interface FactsPatch {
  type_id?: number | null
  severity?: number | null
  severity_reason?: string
  criticality?: number
  priority_reason?: string
  user_id?: number | null
  payer_id?: number | null
  place?: string
  spent_seconds?: number
  /** Merged into what there is; an empty value takes a field away. */
  fields?: Record<string, string>
  checklist?: string[]
  product_id?: number | null
  result_note?: string
  symptom?: string
}

export interface TicketPatch extends FactsPatch {
  priority_by?: 'rule'
  spent_seconds_add?: number
  subject?: string
  status?: Status
  result_code?: ResultCode
  result_text?: string
  priority?: Priority
  owner_id?: number | null
  team_id?: number | null
  tags?: string[]
  customer_id?: number | null
  snoozed_until?: string | null
  reason?: string
}

export interface NewTicket extends FactsPatch {
  subject?: string
  customer_id?: number
  customer?: NewCustomer
  channel: Channel
  priority?: Priority
  team_id?: number
  owner_id?: number
  tags?: string[]
  message?: { kind: MessageKind; html?: string; text?: string; attachment_ids?: number[] }
  status?: Status
  result_code?: ResultCode
  result_text?: string
}

export interface BulkResult {
  done: number[]
  failed: { id: number; key: string; detail: string }[]
}

export interface ViewCount {
  key: string
  kind: 'builtin' | 'team'
  name?: string
  count: number
}

export type MessageKind = 'incoming' | 'reply' | 'note'
export type MessageState =
  | 'received'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'failed'
  | 'bounced'
  | 'maybe_sent'

export interface Attachment {
  id: number
  name: string
  type: string
  size: number
  url: string
  inline?: boolean
}

export interface Message {
  id: number
  ticket_id: number
  kind: MessageKind
  channel: Channel
  author: ActorRef
  from: string
  to: string[]
  cc: string[]
  subject: string
  text: string
  html: string
  has_quoted: boolean
  has_original: boolean
  is_html_mail: boolean
  blocked_images: number
  attachments: Attachment[]
  state: MessageState
  error: string
  automatic: boolean
  created_at: string
  sent_at: string | null
  lang: string
}

export interface NewMessage {
  kind: MessageKind
  html: string
  to?: string[]
  cc?: string[]
  attachment_ids?: number[]
  status?: Status
  result_code?: ResultCode
  result_text?: string
  result_note?: string
  version?: number
  canned_id?: number
}

export interface Draft {
  html: string
  to: string[]
  cc: string[]
  attachment_ids: number[]
  attachments?: Attachment[]
  updated_at: string
  version: number
}

export interface Canned {
  id: number
  code: string
  name: string
  html: string
  locale: Locale | ''
  shared: boolean
  owner_id: number | null
  uses: number
  version: number
}

export interface TimelineItem {
  pos: number
  at: string
  actor: ActorRef
  kind: string
  data: Record<string, unknown>
}

export interface Viewer {
  agent_id: number
  name: string
  doing: 'viewing' | 'replying'
  since?: string
}

export interface SearchHit {
  kind: 'ticket' | 'message' | 'customer'
  id: number
  ticket_id?: number
  title: string
  snippet: string
  ranges: [number, number][]
  at: string
  status?: Status
  number?: string
}

export interface LiveChange {
  pos: number
  at: string
  actor: ActorRef
  kind: string
  about: { kind: string; id: number }
  customer: number
  data: Record<string, unknown>
  ticket?: TicketRow
}
