import { describe, expect, it } from 'vitest'
import { seed } from './seed'

describe('a new customer from what was searched for', () => {
  it.each([
    ['mia@example.com', { emails: [{ value: 'mia@example.com', label: '', primary: true }] }],
    ['138 0013 8000', { phones: [{ value: '138 0013 8000', label: '', primary: true }] }],
    ['王晓敏', { name: '王晓敏' }],
    ['', {}],
  ])('%s', (q, fields) => expect(seed(q)).toEqual(fields))
})
