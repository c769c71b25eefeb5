import { describe, expect, it } from 'vitest'
import { keyOf } from './key'

describe('the key of a new field', () => {
  it('comes from the English name, and else is counted', () => {
    expect(keyOf({ en: 'Serial number' }, [])).toBe('serial_number')
    expect(keyOf({ en: '  2nd Été! ' }, [])).toBe('nd_e_te')
    expect(keyOf({ 'zh-CN': '编号' }, [])).toBe('new_1')
    expect(keyOf({ 'zh-CN': '编号' }, ['new_1'])).toBe('new_2')
    expect(keyOf({ en: 'A' }, ['a', 'a_2'])).toBe('a_3')
  })
})
