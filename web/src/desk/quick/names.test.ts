import { expect, it } from 'vitest'
import { inLocale } from './names'

it.each([
  ['the own language', { en: 'Repair', 'zh-CN': '维修', 'zh-TW': '維修' }, 'zh-TW', '維修'],
  ['the other Chinese before English', { en: 'Repair', 'zh-CN': '维修' }, 'zh-TW', '维修'],
  ['English before nothing', { en: 'Repair' }, 'zh-CN', 'Repair'],
  ['whatever there is', { 'zh-CN': '维修' }, 'en', '维修'],
  ['nothing', {}, 'en', ''],
])('shows %s', (_, names, locale, want) => {
  expect(inLocale(names as Record<string, string>, locale)).toBe(want)
})
