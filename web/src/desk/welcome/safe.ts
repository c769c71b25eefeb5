/** Where to go after sign-in: only a path of this very site, never another one. */
export function safeNext(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || /^\/[/\\]/.test(next)) return '/'
  return /^\/(signin|setup|join)\b/.test(next) ? '/' : next
}

/** The token out of what somebody pasted: the whole link, or only the token. */
export function tokenOf(pasted: string): string {
  const text = pasted.trim()
  const m = text.match(/[?&]token=([^&#\s]+)/)
  if (m) return decodeURIComponent(m[1]!)
  return /^[\w-]{8,}$/.test(text) ? text : ''
}
