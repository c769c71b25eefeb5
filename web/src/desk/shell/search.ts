import { api } from '@/api/client'
import type { Page, SearchHit } from '@/api/types'

export const scopes = ['all', 'tickets', 'messages', 'customers'] as const
export type Scope = (typeof scopes)[number]

export function search(q: string, scope: Scope, o: { limit?: number; cursor?: string; signal?: AbortSignal } = {}) {
  return api.get<Page<SearchHit>>('/search', {
    query: { q, in: scope, limit: o.limit ?? 30, cursor: o.cursor },
    signal: o.signal,
  })
}

/** The snippet cut at its ranges: plain and marked pieces in turn. Ranges count UTF-16 units, as JavaScript does. */
export function pieces(
  text: string,
  ranges: readonly (readonly [number, number])[] | undefined,
): { text: string; hit: boolean }[] {
  const out: { text: string; hit: boolean }[] = []
  let at = 0
  for (const [from, to] of [...(ranges ?? [])].sort((a, b) => a[0] - b[0])) {
    const a = Math.max(at, Math.min(from, text.length))
    const b = Math.max(a, Math.min(to, text.length))
    if (a > at) out.push({ text: text.slice(at, a), hit: false })
    if (b > a) out.push({ text: text.slice(a, b), hit: true })
    at = b
  }
  if (at < text.length) out.push({ text: text.slice(at), hit: false })
  return out
}
