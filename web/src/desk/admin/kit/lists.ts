import { api } from '@/api/client'
import type { Page } from '@/api/types'

/** Every page of a list that is small by nature (mailboxes, tokens …). */
export async function whole<T>(path: string, query: Record<string, string> = {}): Promise<T[]> {
  const out: T[] = []
  let cursor: string | undefined
  do {
    const p: Partial<Page<T>> = await api.get(path, { query: { ...query, limit: 200, cursor } })
    out.push(...(p.items ?? []))
    cursor = p.next || undefined
  } while (cursor)
  return out
}
