import { describe, expect, it } from 'vitest'
import type { TicketRow } from '@/api/types'
import { compare, inView, passes } from './match'

const base: TicketRow = {
  id: 1,
  number: '10001',
  subject: 's',
  status: 'assigned',
  priority: 'normal',
  channel: 'email',
  customer: null,
  organization: null,
  team_id: 2,
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
  updated_at: '2026-11-02T00:00:00Z',
  version: 1,
}
const at = { agent: 7, teams: [2], now: Date.parse('2026-11-24T00:00:00Z') }
const row = (p: Partial<TicketRow>) => ({ ...base, ...p })

describe('inView', () => {
  it.each<[string, Partial<TicketRow>, string, boolean | undefined]>([
    ['my open ticket is mine', {}, 'mine', true],
    ['a solved one is not', { status: 'solved' }, 'mine', false],
    ['a snoozed one waits in snoozed', { snoozed_until: '2026-12-01T00:00:00Z' }, 'snoozed', true],
    ['and is not in mine', { snoozed_until: '2026-12-01T00:00:00Z' }, 'mine', false],
    ['a past snooze counts as awake', { snoozed_until: '2026-11-01T00:00:00Z' }, 'mine', true],
    ['no owner is unassigned', { owner_id: null }, 'unassigned', true],
    ['waiting for the customer in my team', { status: 'waiting_customer', owner_id: 9 }, 'waiting', true],
    ['but not in a strange team', { status: 'waiting_customer', owner_id: 9, team_id: 5 }, 'waiting', false],
    ['team view', {}, 'team:2', true],
    ['other team view', {}, 'team:3', false],
    ['who created it is not in the row', {}, 'created_by_me', undefined],
    ['cancelled is in all', { status: 'cancelled' }, 'all', true],
    ['cancelled is not in solved', { status: 'cancelled' }, 'solved', false],
  ])('%s', (_, p, view, want) => {
    expect(inView(row(p), view, at)).toBe(want)
  })
})

describe('passes', () => {
  it('takes owner 0 as nobody', () => {
    expect(passes(row({ owner_id: null }), { owner: '0', sort: 'updated' })).toBe(true)
    expect(passes(row({}), { owner: '0', sort: 'updated' })).toBe(false)
  })
  it('wants every chosen field to fit', () => {
    expect(passes(row({ tags: ['vip'] }), { tag: 'vip', status: ['assigned'], sort: 'updated' })).toBe(true)
    expect(passes(row({ tags: ['vip'] }), { tag: 'vip', status: ['solved'], sort: 'updated' })).toBe(false)
  })
})

describe('compare', () => {
  it('puts the newest change first, then the newer id', () => {
    const rows = [row({ id: 1 }), row({ id: 3 }), row({ id: 2, updated_at: '2026-11-03T00:00:00Z' })]
    expect(rows.sort(compare('updated')).map((r) => r.id)).toEqual([2, 3, 1])
  })
  it('puts urgent before high whatever the time, and within one priority the longest waiting first', () => {
    const rows = [
      row({ id: 1, priority: 'high', created_at: '2026-10-01T00:00:00Z' }),
      row({ id: 3, priority: 'urgent', created_at: '2026-11-02T00:00:00Z' }),
      row({ id: 2, priority: 'urgent' }),
    ]
    expect(rows.sort(compare('priority')).map((r) => r.id)).toEqual([2, 3, 1])
  })
})
