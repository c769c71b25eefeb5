import type { Customer, Locale } from '@/api/types'

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
}
export interface CustomerFields {
  kind: 'person' | 'organization'
  name: string
  salutation: string
  /** '' is not allowed in a select, so "not known" has a name. */
  locale: Locale | 'unknown'
  zone: string
  notes: string
  emails: ContactFields[]
  phones: ContactFields[]
  organizations: OrganizationFields[]
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
  }
}

export function toFields(c: Customer): CustomerFields {
  return {
    kind: c.kind,
    name: c.name,
    salutation: c.salutation,
    locale: c.locale || 'unknown',
    zone: c.zone,
    notes: c.notes,
    emails: (c.emails ?? []).map((e) => ({ value: e.value, label: e.label, primary: e.primary })),
    phones: (c.phones ?? []).map((p) => ({ value: p.shown || p.value, label: p.label, primary: p.primary })),
    organizations: (c.organizations ?? []).map((o) => ({ id: o.id, name: o.name, title: o.title })),
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
      out.organization_ids = (v as OrganizationFields[]).map((o) => ({ id: o.id, title: o.title.trim() }))
    else if (k === 'locale') out[k] = v === 'unknown' ? '' : v
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
