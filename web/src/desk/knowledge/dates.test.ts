import { describe, expect, it } from 'vitest'
import { dayOf, instant, minuteOf } from './dates'

describe('days and minutes in a zone', () => {
  it('gives what was typed back', () => {
    for (const zone of ['Asia/Shanghai', 'America/New_York', 'UTC', 'Asia/Kolkata']) {
      for (const typed of ['2026-03-08T01:30', '2026-11-01T12:00', '2026-12-31T23:59', '2026-03-08T04:00']) {
        expect(minuteOf(instant(typed, zone), zone)).toBe(typed)
      }
      expect(dayOf(instant('2026-06-01', zone), zone)).toBe('2026-06-01')
    }
  })
  it('knows the beginning of a day', () => {
    expect(instant('2026-06-01', 'Asia/Shanghai')).toBe('2026-05-31T16:00:00.000Z')
    expect(instant('', 'UTC')).toBeNull()
    expect(instant('nonsense!!', 'UTC')).toBeNull()
    expect(dayOf(null, 'UTC')).toBe('')
  })
})
