import { describe, expect, it } from 'vitest'
import { safeNext, tokenOf } from './safe'

describe('safeNext', () => {
  it.each([
    ['/inbox/mine/7', '/inbox/mine/7'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/signin?next=/x', '/'],
    [undefined, '/'],
  ])('%s → %s', (next, to) => expect(safeNext(next)).toBe(to))
})

describe('tokenOf', () => {
  it.each([
    ['http://127.0.0.1:8080/setup?token=ABCDEFGH2345', 'ABCDEFGH2345'],
    ['  ABCDEFGH2345 ', 'ABCDEFGH2345'],
    ['hello there', ''],
  ])('%s → %s', (pasted, token) => expect(tokenOf(pasted)).toBe(token))
})
