import { shallowReactive, shallowRef } from 'vue'
import { api } from '@/api/client'
import type { LiveChange, Page, TicketRow } from '@/api/types'
import { queryClient } from '@/query'
import { me, onLeave } from '@/session'
import { onChanges, onReset } from '../live'
import { compare, inView, type ListFilter, passes, type Viewpoint } from './match'
import { dropRow, putRow, rowOf } from './rows'

export interface TicketList {
  key: string
  view: string
  filter: ListFilter
  ids: number[]
  next: string
  loaded: boolean
  loading: '' | 'first' | 'more'
  error: unknown
  /** New or moved rows that wait behind "↑ n new" while somebody reads the list. */
  waiting: number[]
  /** Rows that no longer belong here but stay, dimmed, until the reader lets go. */
  gone: number[]
}

// Lists that were looked at stay in memory and are kept true by the stream, so going back to a view asks nothing.
const lists = new Map<string, TicketList>()
const keep = 16
const pageSize = 50

export const held = shallowRef(false)
export const selectedId = shallowRef(0)

const viewpoint = (): Viewpoint => ({ agent: me.value?.id ?? 0, teams: me.value?.team_ids ?? [], now: Date.now() })

export function listFor(view: string, filter: ListFilter): TicketList {
  const key = JSON.stringify([view, filter])
  let l = lists.get(key)
  if (!l) {
    l = shallowReactive<TicketList>({
      key,
      view,
      filter: JSON.parse(JSON.stringify(filter)),
      ids: [],
      next: '',
      loaded: false,
      loading: '',
      error: null,
      waiting: [],
      gone: [],
    })
  } else {
    lists.delete(key)
  }
  lists.set(key, l)
  for (const k of lists.keys()) {
    if (lists.size <= keep) break
    if (k !== key) lists.delete(k)
  }
  return l
}

export async function loadList(l: TicketList, more = false) {
  if (l.loading || (more && !l.next)) return
  l.loading = more ? 'more' : 'first'
  try {
    const f = l.filter
    const page = await api.get<Page<TicketRow>>('/tickets', {
      query: {
        view: l.view,
        status: f.status?.join(','),
        priority: f.priority,
        channel: f.channel,
        owner: f.owner,
        team: f.team,
        tag: f.tag,
        type: f.type,
        severity: f.severity,
        place: f.place,
        field: f.field,
        sort: f.sort,
        limit: pageSize,
        cursor: more ? l.next : undefined,
      },
    })
    for (const r of page.items) putRow(r, page.position)
    const fresh = page.items.map((r) => r.id)
    if (more) {
      const have = new Set(l.ids)
      l.ids = [...l.ids, ...fresh.filter((id) => !have.has(id))]
    } else {
      l.ids = fresh
      l.waiting = []
      l.gone = []
    }
    l.next = page.next
    l.loaded = true
    l.error = null
  } catch (e) {
    l.error = e
  } finally {
    l.loading = ''
  }
}

/** Whether a type is the other one or stands below it. */
function isUnder(type: number | null | undefined, top: number): boolean {
  const all = queryClient.getQueryData<{ id: number; parent_id: number | null }[]>(['types']) ?? []
  for (let id = type; id; id = all.find((x) => x.id === id)?.parent_id) if (id === top) return true
  return false
}

function belongs(l: TicketList, row: TicketRow, c?: LiveChange): boolean {
  const v = inView(row, l.view, viewpoint())
  const inside = v ?? (l.ids.includes(row.id) || (c?.kind === 'ticket.created' && c.actor.id === me.value?.id))
  // What a field says is not in the row: it stays as the server said, until the list is asked again.
  return inside && passes(row, l.filter, isUnder) && (!l.filter.field || l.ids.includes(row.id))
}

/** Sorts one row into one list, or out of it. `free` moves at once even while the list is being read. */
export function place(l: TicketList, row: TicketRow, free: boolean, c?: LiveChange) {
  if (!l.loaded) return
  const here = l.ids.includes(row.id)
  const fits = belongs(l, row, c)
  const cmp = compare(l.filter.sort)
  if (here && !fits) {
    if (free && row.id !== selectedId.value) l.ids = l.ids.filter((id) => id !== row.id)
    else if (!l.gone.includes(row.id)) l.gone = [...l.gone, row.id]
    return
  }
  if (!fits) {
    if (l.waiting.includes(row.id)) l.waiting = l.waiting.filter((id) => id !== row.id)
    return
  }
  if (l.gone.includes(row.id)) l.gone = l.gone.filter((id) => id !== row.id)
  const others = here ? l.ids.filter((id) => id !== row.id) : l.ids
  const to = others.findIndex((id) => {
    const o = rowOf(id)
    return !!o && cmp(row, o) < 0
  })
  if (to < 0 && l.next) {
    // Below everything that is loaded: it comes with its page.
    if (here) l.ids = others
    return
  }
  const at = to < 0 ? others.length : to
  if (here && l.ids[at] === row.id) return
  if (!free) {
    if (!l.waiting.includes(row.id)) l.waiting = [...l.waiting, row.id]
    return
  }
  l.ids = [...others.slice(0, at), row.id, ...others.slice(at)]
}

/** Lets everything in that waited. */
export function release(l: TicketList) {
  if (!l.waiting.length && !l.gone.length) return
  const gone = new Set(l.gone.filter((id) => id !== selectedId.value))
  const cmp = compare(l.filter.sort)
  const all = [...new Set([...l.ids, ...l.waiting])].filter((id) => !gone.has(id))
  l.ids = all.sort((a, b) => {
    const x = rowOf(a)
    const y = rowOf(b)
    return x && y ? cmp(x, y) : 0
  })
  l.waiting = []
  l.gone = l.gone.filter((id) => id === selectedId.value)
}

/** After the selection moved on: rows that only stayed because they were open go. */
export function dropGone(l: TicketList) {
  const out = new Set(l.gone.filter((id) => id !== selectedId.value))
  if (!out.size) return
  l.ids = l.ids.filter((id) => !out.has(id))
  l.gone = l.gone.filter((id) => !out.has(id))
}

export const current = shallowRef<TicketList | null>(null)

/** A row changed by our own hand: every list moves at once. */
export function placeEverywhere(row: TicketRow, free = true, c?: LiveChange) {
  for (const l of lists.values()) place(l, row, free || l !== current.value, c)
}

onChanges((batch) => {
  for (const c of batch) {
    if (c.kind === 'ticket.hidden') {
      // Moved into a private team that we are not in.
      for (const l of lists.values()) {
        l.ids = l.ids.filter((id) => id !== c.about.id)
        l.waiting = l.waiting.filter((id) => id !== c.about.id)
      }
      dropRow(c.about.id)
      void queryClient.resetQueries({ queryKey: ['ticket', c.about.id] })
      continue
    }
    if (!c.ticket) continue
    if (!putRow(c.ticket, c.pos)) continue
    const mine = c.actor.kind === 'agent' && c.actor.id === me.value?.id
    placeEverywhere(rowOf(c.ticket.id)!, mine || !held.value, c)
  }
})

onReset(() => {
  for (const l of lists.values()) {
    if (l === current.value) void loadList(l)
    else lists.delete(l.key)
  }
})
onLeave(() => {
  lists.clear()
  current.value = null
  selectedId.value = 0
})
