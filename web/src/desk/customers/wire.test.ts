import { describe, expect, it } from 'vitest'
import { blankCustomer, contactsWire, rowError, sentIndex, toWire } from './wire'

const row = (value: string, primary = false, label = '') => ({ value, label, primary })

describe('phones and e-mails', () => {
  it('are sent with the primary one first and without empty rows', () => {
    expect(contactsWire([row('a@example.com'), row(' '), row(' b@example.com ', true, 'Work')])).toEqual([
      { value: 'b@example.com', label: 'Work' },
      { value: 'a@example.com', label: '' },
    ])
  })
  it('find their error again after the reordering', () => {
    const rows = [row('a@example.com'), row(''), row('b', true)]
    expect(sentIndex(rows, 2)).toBe(0)
    expect(sentIndex(rows, 0)).toBe(1)
    expect(sentIndex(rows, 1)).toBe(-1)
    expect(rowError({ 'emails[0].value': 'no' }, 'emails', sentIndex(rows, 2))).toBe('no')
    expect(rowError({ 'emails.0': 'no' }, 'emails', 0)).toBe('no')
    expect(rowError({ 'emails[0].value': 'no' }, 'emails', -1)).toBeUndefined()
  })
})

describe('a new customer on the wire', () => {
  it('names organizations by id, and only those of a person', () => {
    const f = {
      ...blankCustomer(),
      name: ' Emma ',
      organizations: [{ id: 3, name: 'X', title: ' Buyer ', roles: ['buyer'] }],
    }
    expect(toWire(f)).toMatchObject({
      name: 'Emma',
      locale: '',
      emails: [],
      organization_ids: [{ id: 3, title: 'Buyer' }],
    })
    expect(toWire({ ...f, kind: 'organization' })).not.toHaveProperty('organization_ids')
  })
})
