// Merge fields in canned answers, acknowledgements and signatures: {{customer.name}}.

export const mergeFields = [
  'customer.name',
  'customer.salutation',
  'ticket.number',
  'ticket.subject',
  'agent.name',
  'firm.name',
  'today',
] as const
export type MergeField = (typeof mergeFields)[number]

const pattern = /\{\{\s*([\w.]+)\s*\}\}/g

const escaped = (s: string) =>
  s.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)

/** Fills the known fields for a preview; unknown ones stay visible, as they do when sent. */
export function fill(html: string, values: Partial<Record<MergeField, string>>): string {
  return html.replace(pattern, (whole, name: string) => {
    const v = values[name as MergeField]
    return v === undefined ? whole : escaped(v)
  })
}

/** The names in the text that no field has: most likely misspelt. */
export function unknownFields(html: string): string[] {
  const known: readonly string[] = mergeFields
  return [...new Set([...html.matchAll(pattern)].map((m) => m[1]!))].filter((n) => !known.includes(n))
}

/** True when an editor's HTML holds nothing to read. */
export function blank(html: string): boolean {
  return !html.replace(/<(?!img\b)[^>]*>/gi, '').replace(/&nbsp;|\s/g, '')
}
