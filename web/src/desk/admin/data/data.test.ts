import { describe, expect, it } from 'vitest'
import { exportUrl, secondsLeft } from './data'

describe('the pages of data', () => {
  it('tell how long an import will still take, once that can be told', () => {
    expect(secondsLeft(10, 1000, 1)).toBeUndefined()
    expect(secondsLeft(5000, 10_000, 10)).toBe(10)
    expect(secondsLeft(10_000, 10_000, 10)).toBeUndefined()
  })
  it('take a list out with its filter', () => {
    expect(exportUrl('customers', 'csv', { q: '王', tier: undefined, kind: '' })).toBe(
      '/api/v1/exports/customers.csv?q=%E7%8E%8B',
    )
  })
})
