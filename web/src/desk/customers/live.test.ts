import { describe, expect, it, vi } from 'vitest'
import type { LiveChange } from '@/api/types'

vi.mock('../live', () => ({ onChanges: () => {} }))
vi.mock('@/query', () => ({ queryClient: {} }))
const { touched } = await import('./live')

const event = (kind: string, id: number, customer = 0) => ({ about: { kind, id }, customer }) as LiveChange

describe('what an event touches', () => {
  it('is the customer, and the lists only when the customer itself changed', () => {
    expect(touched([event('ticket', 5, 9)])).toEqual({ ids: new Set([9]), lists: false })
    expect(touched([event('customer', 4)])).toEqual({ ids: new Set([4]), lists: true })
    expect(touched([event('agent', 4)])).toEqual({ ids: new Set(), lists: false })
  })
})
