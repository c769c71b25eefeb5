import { describe, expect, it } from 'vitest'
import { clashing } from './keys'

describe('clashing keys', () => {
  it('finds the same keys twice', () => {
    expect(
      clashing([
        { id: 'a', keys: 'r' },
        { id: 'b', keys: 'r' },
        { id: 'c', keys: 'n' },
      ]),
    ).toEqual(new Set(['a', 'b']))
  })
  it('finds a key that begins a sequence', () => {
    expect(
      clashing([
        { id: 'a', keys: 'g' },
        { id: 'b', keys: 'g i' },
      ]),
    ).toEqual(new Set(['a', 'b']))
  })
  it('lets two actions be without keys', () => {
    expect(
      clashing([
        { id: 'a', keys: '' },
        { id: 'b', keys: '' },
      ]).size,
    ).toBe(0)
  })
})
