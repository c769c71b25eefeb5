import type { CustomerFields } from './wire'

/** What was searched for and not found, put where it belongs in the form of a new customer. */
export function seed(q: string): Partial<CustomerFields> {
  const text = q.trim()
  if (!text) return {}
  if (text.includes('@')) return { emails: [{ value: text, label: '', primary: true }] }
  if (/^\+?[\d\s().-]{5,}$/.test(text)) return { phones: [{ value: text, label: '', primary: true }] }
  return { name: text }
}
