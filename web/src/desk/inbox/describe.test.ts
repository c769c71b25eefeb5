import { expect, describe as group, it } from 'vitest'
import type { TimelineItem } from '@/api/types'
import { setLocale } from '@/i18n'
import { describe, settled } from './describe'

const names = {
  agent: (x: number) => `agent ${x}`,
  team: (x: number) => `team ${x}`,
  style: { locale: 'en', zone: 'UTC' },
}
const item = (kind: string, data: Record<string, unknown>, p: Partial<TimelineItem> = {}): TimelineItem => ({
  pos: 1,
  at: '2026-11-24T08:00:00Z',
  actor: { kind: 'agent', id: 1, name: 'A' },
  kind,
  data,
  ...p,
})

group('what happened, in words', async () => {
  await setLocale('en')
  it.each([
    ['ticket.assigned', { from: 0, to: 2, team_from: 0, team_to: 0 }, 'assigned it to agent 2'],
    ['ticket.assigned', { from: 0, to: 1, team_from: 0, team_to: 0 }, 'took it'],
    ['ticket.assigned', { from: 2, to: 0, team_from: 0, team_to: 3 }, 'handed it over to team 3'],
    ['ticket.assigned', { from: 2, to: 0, team_from: 3, team_to: 3 }, 'took the owner off'],
    ['ticket.status_changed', { from: 'new', to: 'solved', result_code: 'solved_fixed' }, 'set it to “Solved” · Fixed'],
    ['ticket.changed', { priority: ['low', 'urgent'] }, 'set the priority to Urgent'],
    ['ticket.changed', { subject: ['a', 'b'] }, 'changed the subject to “b”'],
    ['ticket.tagged', { added: ['vip'], removed: ['old'] }, 'set the tags: +vip −old'],
    ['ticket.snoozed', { until: '2026-11-25T09:00:00Z' }, 'snoozed it until Tomorrow 09:00'],
    ['message.received', { message_id: 1 }, 'wrote down what the customer said'],
    ['something.else', {}, ''],
  ])('%s %j', (kind, data, want) => {
    expect(describe(item(kind, data), names)).toBe(want)
  })

  it('tells only where several steps of one moment ended', () => {
    const at = (pos: number, to: string, time: string, id = 1) =>
      item(
        'ticket.status_changed',
        { to },
        { pos, at: `2026-11-24T08:00:${time}Z`, actor: { kind: 'agent', id, name: '' } },
      )
    const list = [
      at(4, 'solved', '30'),
      at(3, 'waiting_customer', '01'),
      at(2, 'in_progress', '00'),
      at(1, 'assigned', '00', 2),
    ]
    expect(settled(list).map((i) => i.pos)).toEqual([4, 3, 1])
  })
})
