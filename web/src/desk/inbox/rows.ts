import { shallowReactive } from 'vue'
import type { TicketRow } from '@/api/types'
import { tr } from '@/i18n'
import { onLeave } from '@/session'

// Every ticket row that the page knows, once. Lists hold ids only, so one event changes one row wherever it is shown.
const rows = shallowReactive(new Map<number, TicketRow>())
/** The journal position each row was true at. */
const known = new Map<number, number>()

export const rowOf = (id: number) => rows.get(id)
export const allRows = () => rows.values()

/** Takes a row over unless we already know a later one. */
export function putRow(row: TicketRow, position = 0): boolean {
  if (position && (known.get(row.id) ?? 0) > position) return false
  const old = rows.get(row.id)
  if (old && row.version < old.version) return false
  if (position) known.set(row.id, position)
  // Who gave no name is called so in the reader's language.
  if (row.customer && !row.customer.name) {
    row = { ...row, customer: { ...row.customer, name: tr('shell.anonymous') } }
  }
  // Answers to edits carry the ticket alone, without customer, unread and draft: what they leave out stays.
  rows.set(row.id, old ? { ...old, ...row } : row)
  return true
}

/** Shows a change before the server has answered. Gives the way back. */
export function tweakRow(id: number, patch: Partial<TicketRow>): () => void {
  const before = rows.get(id)
  if (!before) return () => {}
  const mine = { ...before, ...patch }
  rows.set(id, mine)
  return () => {
    const now = rows.get(id)
    if (!now) return
    const undone = { ...now } as Record<string, unknown>
    for (const k of Object.keys(patch) as (keyof TicketRow)[]) {
      if (now[k] === mine[k]) undone[k] = before[k]
    }
    rows.set(id, undone as unknown as TicketRow)
  }
}

export function dropRow(id: number) {
  rows.delete(id)
  known.delete(id)
}

export function clearRows() {
  rows.clear()
  known.clear()
}
onLeave(clearRows)
