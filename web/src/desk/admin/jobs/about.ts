/** What a job is about, as short as it can be said: the wire gives its arguments as JSON text. */
export function aboutText(about: unknown): string {
  if (typeof about === 'string') {
    try {
      const parsed: unknown = JSON.parse(about)
      return typeof parsed === 'object' ? aboutText(parsed) : about
    } catch {
      return about
    }
  }
  if (about && typeof about === 'object') {
    const o = about as Record<string, unknown>
    if ('kind' in o && 'id' in o) return o.kind ? `${o.kind} ${o.id}` : ''
    return Object.entries(o)
      .filter(([, v]) => typeof v === 'string' || typeof v === 'number')
      .map(([k, v]) => `${k} ${v}`)
      .join(', ')
  }
  return ''
}
