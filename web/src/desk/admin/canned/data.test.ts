import { describe, expect, it, vi } from 'vitest'

vi.mock('@/session', () => ({ can: () => false, me: { value: { id: 7 } }, session: {} }))
vi.mock('@/query', () => ({ queryClient: {} }))

const { cleanCode, mayEdit } = await import('./data')

describe('canned answers', () => {
  it.each([
    [' /hello world ', 'helloworld'],
    ['保修', '保修'],
    ['ＷＡＲＲＡＮＴＹ', 'WARRANTY'],
  ])('code %s becomes %s', (typed, code) => expect(cleanCode(typed)).toBe(code))
  it('are edited by their owner, and shared ones only with the permission', () => {
    expect(mayEdit({ shared: false, owner_id: 7 })).toBe(true)
    expect(mayEdit({ shared: false, owner_id: 8 })).toBe(false)
    expect(mayEdit({ shared: true, owner_id: null })).toBe(false)
  })
})
