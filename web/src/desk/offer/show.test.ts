import { expect, it } from 'vitest'
import { dayText, flatTree, hoursText, lineText, money, nameIn, spanText } from './show'

it('shows a name in the nearest language', () => {
  expect(nameIn({ en: 'Chair', 'zh-CN': '牙科椅' }, 'zh-TW')).toBe('牙科椅')
  expect(nameIn({ 'zh-TW': '治療椅' }, 'en')).toBe('治療椅')
  expect(nameIn(undefined, 'en')).toBe('')
})

it('shows amounts exactly, with the decimals of the currency', () => {
  expect(money({ minor: 9650000, currency: 'CNY', decimal: '96500.00' }, 'zh-CN')).toBe('¥96,500.00')
  expect(money({ minor: 5, currency: 'JPY', decimal: '5' }, 'en')).toBe('¥5')
})

it('shows a day whatever the zone', () => {
  expect(dayText('2026-01-01', 'en')).toBe('Jan 1, 2026')
  expect(spanText('', '2026-01-31', 'en')).toBe('– Jan 31, 2026')
  expect(spanText('', '', 'en')).toBe('')
})

it('joins days that follow each other', () => {
  expect(
    hoursText(
      [
        { days: [1, 2, 3, 4, 5], from: '08:30', to: '17:30' },
        { days: [6], from: '09:00', to: '12:00' },
      ],
      'en',
    ),
  ).toBe('Mon–Fri 08:30–17:30; Sat 09:00–12:00')
})

it('writes a value with its unit', () => {
  expect(lineText({ key: 'p', group: 'performance', names: {}, value: '15', unit: 'kW' }, 'en')).toBe('15 kW')
  expect(lineText({ key: 'c', group: 'function', names: {}, values: { en: 'Air', 'zh-CN': '风冷' } }, 'zh-TW')).toBe(
    '风冷',
  )
  expect(lineText(null, 'en')).toBe('')
})

it('lays the tree out in order', () => {
  const c = (id: number, parent_id: number | null) => ({ id, parent_id, names: {}, position: 0, version: 1 })
  expect(flatTree([c(1, null), c(2, null), c(3, 1)]).map((x) => [x.category.id, x.depth])).toEqual([
    [1, 0],
    [3, 1],
    [2, 0],
  ])
})
