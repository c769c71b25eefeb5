import { describe, expect, it } from 'vitest'
import { slashBefore } from './slash'

describe('slashBefore', () => {
  it.each([
    ['', null],
    ['/', ''],
    ['hello /vis', 'vis'],
    ['您好，/问候', '问候'],
    ['https://exa', null],
    ['2026/11', null],
    ['a /b c', null],
  ])('%j gives %j', (text, want) => {
    expect(slashBefore(text)).toBe(want)
  })
})
