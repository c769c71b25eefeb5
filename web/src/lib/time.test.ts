import { describe, expect, it } from 'vitest'
import { bytes, clock, day, short, until } from './time'

const cn = { locale: 'zh-CN', zone: 'Asia/Shanghai' }
const en = { locale: 'en', zone: 'Europe/London' }
const at = Date.parse('2026-11-24T04:00:00Z') // noon in Shanghai

describe('short', () => {
  it.each([
    ['2026-11-24T03:59:40Z', '刚刚', 'now'],
    ['2026-11-24T03:57:00Z', '3 分钟', '3m'],
    ['2026-11-24T01:05:00Z', '09:05', '01:05'],
    ['2026-11-23T10:00:00Z', '昨天', 'Yest.'],
    ['2026-11-20T10:00:00Z', '11/20', 'Nov 20'],
    ['2025-11-20T10:00:00Z', '2025/11/20', 'Nov 20, 2025'],
  ])('%s', (t, zh, english) => {
    expect(short(t, cn, at)).toBe(zh)
    expect(short(t, en, at)).toBe(english)
  })
  it('takes the reader’s zone for the border of the day', () => {
    expect(short('2026-11-23T17:00:00Z', cn, at)).toBe('01:00') // already today in Shanghai
    expect(short('2026-11-23T17:00:00Z', { ...cn, zone: 'UTC' }, at)).toBe('昨天')
  })
})

describe('the others', () => {
  it('name days', () => {
    expect(day('2026-11-24T01:00:00Z', cn, at)).toBe('今天')
    expect(day('2026-11-23T01:00:00Z', cn, at)).toBe('昨天')
    expect(day('2026-11-23T01:00:00Z', en, at)).toBe('Yesterday')
    expect(until('2026-11-25T01:00:00Z', cn, at)).toBe('明天 09:00')
  })
  it('fall back to the browser’s zone for an unknown one', () => {
    expect(clock('2026-11-24T01:05:00Z', { locale: 'en', zone: 'Nowhere/Land' })).toMatch(/^\d\d:05$/)
  })
  it('say sizes', () => {
    expect(bytes(1_432_000, 'en')).toBe('1.4 MB')
    expect(bytes(900, 'en')).toBe('900 byte')
  })
})
