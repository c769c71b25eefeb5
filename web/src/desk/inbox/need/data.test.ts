import { describe, expect, it } from 'vitest'
import { asParagraph, type Need, needsReason } from './data'

const need = (n: Partial<Need>) => ({ listens: true, confirmed_at: null, skip_reason: '', ...n }) as Need

describe('needsReason', () => {
  it('asks for a reason while the customer has not confirmed [R098]', () => {
    expect(needsReason(need({}), 'solved_fixed')).toBe(true)
  })
  it('asks for none once he has, or somebody has given one', () => {
    expect(needsReason(need({ confirmed_at: '2026-03-02T12:00:00Z' }), 'solved_fixed')).toBe(false)
    expect(needsReason(need({ skip_reason: 'an outage' }), 'solved_fixed')).toBe(false)
  })
  it('asks for none where nothing was solved, or the type does not listen', () => {
    expect(needsReason(need({}), 'spam')).toBe(false)
    expect(needsReason(need({ listens: false }), 'solved_fixed')).toBe(false)
    expect(needsReason(undefined, 'solved_fixed')).toBe(false)
  })
})

describe('asParagraph', () => {
  it('makes no markup of what somebody typed', () => {
    expect(asParagraph('a <b>\nc & d')).toBe('<p>a &#60;b&#62;<br>c &#38; d</p>')
  })
})
