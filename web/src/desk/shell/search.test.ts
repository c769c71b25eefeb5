import { describe, expect, it } from 'vitest'
import { pieces } from './search'

describe('pieces', () => {
  it('cuts Chinese and emoji by UTF-16 units', () => {
    expect(pieces('😀空压机异响', [[2, 5]])).toEqual([
      { text: '😀', hit: false },
      { text: '空压机', hit: true },
      { text: '异响', hit: false },
    ])
  })
  it('survives ranges that overlap, are out of order or too long', () => {
    const p = pieces('abcdef', [
      [4, 99],
      [0, 2],
      [1, 3],
    ])
    expect(p.map((x) => x.text).join('')).toBe('abcdef')
    expect(p.filter((x) => x.hit).map((x) => x.text)).toEqual(['ab', 'c', 'ef'])
  })
  it('shows everything when nothing is marked', () => {
    expect(pieces('abc', undefined)).toEqual([{ text: 'abc', hit: false }])
  })
})
