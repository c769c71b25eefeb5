import type { Action } from '@/lib/shortcuts'

/** Actions that would answer the same keys; sequences ("g i") clash with a single key that starts them. */
export function clashing(actions: Pick<Action, 'id' | 'keys'>[]): Set<string> {
  const bad = new Set<string>()
  for (const a of actions) {
    for (const b of actions) {
      if (a.id >= b.id || !a.keys || !b.keys) continue
      if (a.keys === b.keys || b.keys.startsWith(`${a.keys} `) || a.keys.startsWith(`${b.keys} `)) {
        bad.add(a.id)
        bad.add(b.id)
      }
    }
  }
  return bad
}
