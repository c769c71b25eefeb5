import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { TicketRow } from '@/api/types'

vi.mock('@/session', () => ({
  me: { value: { id: 7, team_ids: [2] } },
  session: {},
  onEnter: () => {},
  onLeave: () => {},
  leave: () => {},
}))

import { dropGone, listFor, place, release, selectedId } from './lists'
import { clearRows, putRow, rowOf, tweakRow } from './rows'

const row = (id: number, minute: number, p: Partial<TicketRow> = {}): TicketRow => ({
  id,
  number: String(10000 + id),
  subject: '',
  status: 'assigned',
  priority: 'normal',
  channel: 'email',
  customer: null,
  organization: null,
  team_id: null,
  owner_id: 7,
  tags: [],
  preview: '',
  last_by: 'customer',
  last_message_at: null,
  message_count: 1,
  unread: 0,
  draft: false,
  snoozed_until: null,
  created_at: '2026-11-01T00:00:00Z',
  updated_at: `2026-11-24T00:${String(minute).padStart(2, '0')}:00Z`,
  version: 1,
  ...p,
})

function loaded(next = '') {
  clearRows()
  const l = listFor(`mine`, { sort: 'updated', tag: undefined })
  l.ids = [3, 2, 1]
  for (const id of l.ids) putRow(row(id, id * 10))
  l.loaded = true
  l.next = next
  l.waiting = []
  l.gone = []
  selectedId.value = 0
  return l
}
function change(l: ReturnType<typeof loaded>, r: TicketRow, free: boolean) {
  putRow(r)
  place(l, rowOf(r.id)!, free)
}

describe('a live list', () => {
  let l: ReturnType<typeof loaded>
  beforeEach(() => {
    l = loaded()
  })

  it('moves a changed row to its place when nobody is reading', () => {
    change(l, row(1, 59, { version: 2 }), true)
    expect(l.ids).toEqual([1, 3, 2])
  })
  it('leaves everything in place while somebody reads, and counts what waits', () => {
    change(l, row(1, 58, { version: 2 }), false)
    change(l, row(9, 59), false)
    expect(l.ids).toEqual([3, 2, 1])
    expect(l.waiting).toEqual([1, 9])
    release(l)
    expect(l.ids).toEqual([9, 1, 3, 2])
    expect(l.waiting).toEqual([])
  })
  it('shows a change inside a row at once even while somebody reads', () => {
    change(l, row(2, 20, { version: 2, subject: 'new words' }), false)
    expect(rowOf(2)?.subject).toBe('new words')
    expect(l.waiting).toEqual([])
  })
  it('keeps the open row, dimmed, until another is opened', () => {
    selectedId.value = 2
    change(l, row(2, 59, { version: 2, status: 'solved' }), true)
    expect(l.ids).toContain(2)
    expect(l.gone).toEqual([2])
    selectedId.value = 1
    dropGone(l)
    expect(l.ids).toEqual([3, 1])
  })
  it('takes a row back that came back in time', () => {
    change(l, row(2, 59, { version: 2, status: 'solved' }), false)
    expect(l.gone).toEqual([2])
    change(l, row(2, 20, { version: 3 }), false)
    expect(l.gone).toEqual([])
  })
  it('does not pull in what belongs below the loaded part', () => {
    l = loaded('cursor')
    change(l, row(9, 1), true)
    expect(l.ids).toEqual([3, 2, 1])
  })
  it('ignores an event older than what it knows', () => {
    putRow(row(2, 20, { version: 5, subject: 'five' }), 50)
    expect(putRow(row(2, 20, { version: 5, subject: 'four' }), 40)).toBe(false)
    expect(putRow(row(2, 20, { version: 4, subject: 'four' }), 60)).toBe(false)
    expect(rowOf(2)?.subject).toBe('five')
  })
  it('undoes only its own part of an optimistic change', () => {
    const back = tweakRow(2, { priority: 'urgent' })
    putRow(row(2, 20, { version: 2, priority: 'urgent', subject: 'by somebody else' }))
    back()
    expect(rowOf(2)).toMatchObject({ priority: 'normal', subject: 'by somebody else' })
  })
})
