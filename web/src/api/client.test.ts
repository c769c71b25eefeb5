import { afterEach, describe, expect, it, vi } from 'vitest'
import { api, isProblem, onUnauthenticated, type Problem, toProblem, url } from './client'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  vi.fn(
    async (_u: string, _o: RequestInit) =>
      new Response(body === undefined ? null : JSON.stringify(body), { status, headers }),
  )

afterEach(() => vi.unstubAllGlobals())

describe('the client', () => {
  it('writes queries without what is not set', () => {
    expect(url('/tickets', { view: 'mine', q: '', n: 0, owner: undefined, s: ['a', 'b'] })).toBe(
      '/api/v1/tickets?view=mine&n=0&s=a&s=b',
    )
  })
  it('sends the version on edits and a key on creates', async () => {
    const f = answer(200, { id: 1 })
    vi.stubGlobal('fetch', f)
    await api.patch('/tickets/1', { a: 1 }, { version: 4 })
    await api.post('/tickets', {}, { key: 'k1' })
    const headers = (n: number) => f.mock.calls[n]![1].headers as Record<string, string>
    expect(headers(0)['If-Match']).toBe('"4"')
    expect(headers(1)['Idempotency-Key']).toBe('k1')
    expect(headers(0)['Idempotency-Key']).toBeUndefined()
  })
  it('reads an answer without a body', async () => {
    vi.stubGlobal('fetch', answer(204, undefined))
    expect(await api.delete('/x')).toBeUndefined()
  })
  it('turns a problem into key, detail, fields and parameters', () => {
    const p = toProblem(409, {
      type: 'urn:heed:fault:customer.duplicate_email',
      key: 'customer.duplicate_email',
      detail: 'taken',
      params: { customer_id: 3, retry_after: 9 },
      errors: [
        { field: 'email', message: 'no' },
        { location: 'body.name', message: 'empty' },
      ],
    })
    expect(p).toMatchObject({
      key: 'customer.duplicate_email',
      detail: 'taken',
      fields: { email: 'no', name: 'empty' },
      retryAfter: 9,
    })
    expect(p.params.customer_id).toBe(3)
    expect(p.transient).toBe(false)
  })
  it('says "network" when nothing answered', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(async () => Promise.reject(new TypeError('failed'))),
    )
    const e = await api.get('/x').catch((x) => x)
    expect(isProblem(e, 'network')).toBe(true)
    expect((e as Problem).transient).toBe(true)
  })
  it('tells when the session is over, but not when the password was wrong', async () => {
    const over = vi.fn()
    onUnauthenticated(over)
    vi.stubGlobal('fetch', answer(401, { key: 'signin.wrong' }))
    await api.post('/session').catch(() => {})
    expect(over).not.toHaveBeenCalled()
    vi.stubGlobal('fetch', answer(401, { key: 'unauthenticated' }))
    await api.get('/x').catch(() => {})
    expect(over).toHaveBeenCalledOnce()
  })
})
