import type { Customer, Locale, Preference } from '@/api/types'

// The customer as its form holds it, and the way there and back.

export interface ContactFields {
  value: string
  label: string
  primary: boolean
}
export interface OrganizationFields {
  id: number
  name: string
  title: string
  roles: string[]
}
/** In these '' is not allowed, for they are selects: "not known" has a name. */
const selects = ['locale', 'tier', 'customer_type', 'need_level', 'chain_role', 'novice'] as const
export interface CustomerFields {
  kind: 'person' | 'organization'
  name: string
  salutation: string
  locale: Locale | 'unknown'
  zone: string
  notes: string
  emails: ContactFields[]
  phones: ContactFields[]
  organizations: OrganizationFields[]
  tier: string
  customer_type: string
  need_level: string
  chain_role: string
  novice: string
  region: string
  city: string
  since: string
  /** 0 is nobody. */
  preferred_agent_id: number
  preferences: Preference[]
}

export function blankCustomer(kind: 'person' | 'organization' = 'person'): CustomerFields {
  return {
    kind,
    name: '',
    salutation: '',
    locale: 'unknown',
    zone: '',
    notes: '',
    emails: [{ value: '', label: '', primary: true }],
    phones: [{ value: '', label: '', primary: true }],
    organizations: [],
    tier: 'unknown',
    customer_type: 'unknown',
    need_level: 'unknown',
    chain_role: 'unknown',
    novice: 'unknown',
    region: '',
    city: '',
    since: '',
    preferred_agent_id: 0,
    preferences: [],
  }
}

export function toFields(c: Customer): CustomerFields {
  return {
    kind: c.kind,
    name: c.anonymous ? '' : c.name,
    salutation: c.salutation,
    locale: c.locale || 'unknown',
    zone: c.zone,
    notes: c.notes,
    emails: (c.emails ?? []).map((e) => ({ value: e.value, label: e.label, primary: e.primary })),
    phones: (c.phones ?? []).map((p) => ({ value: p.shown || p.value, label: p.label, primary: p.primary })),
    organizations: (c.organizations ?? []).map((o) => ({
      id: o.id,
      name: o.name,
      title: o.title,
      roles: o.roles ?? [],
    })),
    tier: c.tier || 'unknown',
    customer_type: c.customer_type || 'unknown',
    need_level: c.need_level || 'unknown',
    chain_role: c.chain_role || 'unknown',
    novice: c.novice || 'unknown',
    region: c.region ?? '',
    city: c.city ?? '',
    since: c.since ?? '',
    preferred_agent_id: c.preferred_agent_id ?? 0,
    preferences: (c.preferences ?? []).map((p) => ({ ...p })),
  }
}

/** Empty rows go; the primary one goes first, which is how the wire tells it. */
export function contactsWire(rows: ContactFields[]): { value: string; label: string }[] {
  const full = rows.filter((r) => r.value.trim())
  const first = full.find((r) => r.primary)
  const ordered = first ? [first, ...full.filter((r) => r !== first)] : full
  return ordered.map((r) => ({ value: r.value.trim(), label: r.label.trim() }))
}

/** Where row `index` of the form landed in what was sent; -1 when it was left out. */
export function sentIndex(rows: ContactFields[], index: number): number {
  const full = rows.filter((r) => r.value.trim())
  const first = full.find((r) => r.primary)
  const ordered = first ? [first, ...full.filter((r) => r !== first)] : full
  return ordered.indexOf(rows[index]!)
}

export function toWire(f: Partial<CustomerFields>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [k, v] of Object.entries(f)) {
    if (k === 'emails' || k === 'phones') out[k] = contactsWire(v as ContactFields[])
    else if (k === 'organizations')
      out.organization_ids = (v as OrganizationFields[]).map((o) => ({
        id: o.id,
        title: o.title.trim(),
        roles: o.roles,
      }))
    else if ((selects as readonly string[]).includes(k)) out[k] = v === 'unknown' ? '' : v
    else if (k === 'preferred_agent_id') out[k] = v || null
    else if (k === 'preferences') out[k] = (v as Preference[]).map((p) => ({ ...p, text: p.text.trim() }))
    else out[k] = typeof v === 'string' ? v.trim() : v
  }
  if (f.kind === 'organization') delete out.organization_ids
  return out
}

/** The message for a row, whichever way the server writes its place. */
export function rowError(errors: Record<string, string>, list: 'emails' | 'phones', at: number): string | undefined {
  if (at < 0) return undefined
  for (const k of [`${list}[${at}].value`, `${list}.${at}.value`, `${list}[${at}]`, `${list}.${at}`])
    if (errors[k]) return errors[k]
  return undefined
}
