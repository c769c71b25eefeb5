import { describe, expect, it } from 'vitest'
import { snoozePresets } from './snooze'

describe('snoozePresets', () => {
  it('offers this afternoon only before it', () => {
    const keys = (h: number) => snoozePresets(new Date(2026, 10, 24, h)).map((p) => p.key)
    expect(keys(9)).toContain('afternoon')
    expect(keys(15)).not.toContain('afternoon')
  })
  it('next week is the coming Monday at nine, also on a Sunday and on a Monday', () => {
    for (const [d, want] of [
      [24, 30],
      [29, 30],
      [23, 30],
    ] as const) {
      const p = snoozePresets(new Date(2026, 10, d, 10)).find((x) => x.key === 'next_week')!
      expect([p.at.getDate(), p.at.getHours(), p.at.getDay()]).toEqual([want, 9, 1])
    }
  })
})
