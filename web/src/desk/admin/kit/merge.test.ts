import { describe, expect, it } from 'vitest'
import { changes, merge, same } from './merge'

describe('merge', () => {
  const base = { name: 'Desk', team: 1, tags: ['a'] }

  it('takes what only the others changed', () => {
    expect(merge(base, base, { ...base, name: 'Service' })).toEqual({
      values: { ...base, name: 'Service' },
      clashes: [],
    })
  })
  it('keeps what only I changed', () => {
    expect(merge(base, { ...base, team: 2 }, base)).toEqual({ values: { ...base, team: 2 }, clashes: [] })
  })
  it('joins changes of different fields', () => {
    expect(merge(base, { ...base, team: 2 }, { ...base, tags: ['a', 'b'] })).toEqual({
      values: { name: 'Desk', team: 2, tags: ['a', 'b'] },
      clashes: [],
    })
  })
  it('names a field that both changed differently, and keeps mine', () => {
    expect(merge(base, { ...base, name: 'Mine' }, { ...base, name: 'Theirs' })).toEqual({
      values: { ...base, name: 'Mine' },
      clashes: ['name'],
    })
  })
  it('sees no clash when both wrote the same', () => {
    const both = { ...base, name: 'Both' }
    expect(merge(base, both, both).clashes).toEqual([])
  })
})

describe('changes', () => {
  it('holds only what differs', () => {
    expect(changes({ a: 1, b: [1], c: null }, { a: 1, b: [1, 2], c: null })).toEqual({ b: [1, 2] })
  })
  it('treats undefined and null alike', () => {
    expect(same(undefined, null)).toBe(true)
  })
})
