import { allRows } from './rows'

/** Tags that the loaded tickets carry, the most used first. */
export function knownTags(): string[] {
  const n = new Map<string, number>()
  for (const r of allRows()) for (const t of r.tags) n.set(t, (n.get(t) ?? 0) + 1)
  return [...n].sort((a, b) => b[1] - a[1]).map(([t]) => t)
}
