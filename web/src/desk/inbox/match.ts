import type { Channel, Priority, Status, TicketRow } from '@/api/types'

// Which rows belong to a view and in which order they stand: the same rules as
// the server's, so that a live event can be sorted in without asking again.

export type Sort = 'updated' | 'created' | 'oldest' | 'priority'
export const sorts: Sort[] = ['updated', 'created', 'oldest', 'priority']

export interface ListFilter {
  status?: Status[]
  priority?: Priority
  channel?: Channel
  owner?: string
  team?: string
  tag?: string
  /** A type, with those below it. */
  type?: number
  severity?: number
  place?: string
  /** KEY:VALUE, what a field of the type or the answer to a question says. */
  field?: string
  sort: Sort
}

export interface Viewpoint {
  agent: number
  teams: readonly number[]
  /** Milliseconds since 1970. */
  now: number
}

const done = new Set(['solved', 'closed', 'cancelled'])
export const isOpen = (r: Pick<TicketRow, 'status'>) => !done.has(r.status)
export const isSnoozed = (r: Pick<TicketRow, 'snoozed_until'>, now: number) =>
  !!r.snoozed_until && Date.parse(r.snoozed_until) > now

/** undefined: the row alone does not say (who created it is not in the row). */
export function inView(r: TicketRow, view: string, at: Viewpoint): boolean | undefined {
  const active = isOpen(r) && !isSnoozed(r, at.now)
  switch (view) {
    case 'mine':
      return active && r.owner_id === at.agent
    case 'unassigned':
      return active && !r.owner_id
    case 'open':
      return active
    case 'waiting':
      return (
        active &&
        r.status === 'waiting_customer' &&
        (r.owner_id === at.agent || (!!r.team_id && at.teams.includes(r.team_id)))
      )
    case 'snoozed':
      return isOpen(r) && isSnoozed(r, at.now)
    case 'solved':
      return r.status === 'solved' || r.status === 'closed'
    case 'all':
      return true
    case 'created_by_me':
      return undefined
    default:
      return view.startsWith('team:') ? active && r.team_id === Number(view.slice(5)) : undefined
  }
}

const fold = (s: string) => s.normalize('NFKC').toLocaleLowerCase()

/**
 * under: whether a type is the other one or stands below it. What a field says is not in the row; who asks knows
 * whether it was there.
 */
export function passes(
  r: TicketRow,
  f: ListFilter,
  under: (type: number | null | undefined, top: number) => boolean = (type, top) => type === top,
): boolean {
  const own = f.owner === undefined || f.owner === '' || String(r.owner_id ?? 0) === f.owner
  const team = f.team === undefined || f.team === '' || String(r.team_id ?? 0) === f.team
  return (
    own &&
    team &&
    (!f.status?.length || f.status.includes(r.status)) &&
    (!f.priority || f.priority === r.priority) &&
    (!f.channel || f.channel === r.channel) &&
    (!f.type || under(r.type_id, f.type)) &&
    (f.severity === undefined || (r.severity ?? 0) === f.severity) &&
    (!f.place || fold(r.place ?? '') === fold(f.place)) &&
    (!f.tag || r.tags.some((x) => fold(x) === fold(f.tag!)))
  )
}

export function hasFilter(f: ListFilter): boolean {
  return !!(
    f.status?.length ||
    f.priority ||
    f.channel ||
    f.owner ||
    f.team ||
    f.tag ||
    f.type ||
    f.severity !== undefined ||
    f.place ||
    f.field
  )
}

const weight = { urgent: 3, high: 2, normal: 1, low: 0 } as const

/** Negative when a stands above b. Ties go to the newer id, as on the server. */
export function compare(sort: Sort): (a: TicketRow, b: TicketRow) => number {
  const time = (x: string) => Date.parse(x)
  switch (sort) {
    case 'created':
      return (a, b) => time(b.created_at) - time(a.created_at) || b.id - a.id
    case 'oldest':
      return (a, b) => time(a.created_at) - time(b.created_at) || a.id - b.id
    case 'priority':
      // Within one priority the most points first, and of those the oldest: it has waited longest.
      return (a, b) =>
        weight[b.priority] - weight[a.priority] ||
        (b.score ?? 0) - (a.score ?? 0) ||
        time(a.created_at) - time(b.created_at) ||
        a.id - b.id
    default:
      return (a, b) => time(b.updated_at) - time(a.updated_at) || b.id - a.id
  }
}
