import { describe, expect, it } from 'vitest'
import { blank, fill, unknownFields } from './fields'

describe('merge fields', () => {
  it('are filled, with or without spaces', () => {
    expect(
      fill('<p>{{customer.name}}{{ customer.salutation }}您好</p>', {
        'customer.name': '王晓敏',
        'customer.salutation': '女士',
      }),
    ).toBe('<p>王晓敏女士您好</p>')
  })
  it('stay visible when nobody knows them', () => {
    expect(fill('{{customer.nmae}}', { 'customer.name': 'A' })).toBe('{{customer.nmae}}')
    expect(unknownFields('{{customer.nmae}} {{today}} {{customer.nmae}}')).toEqual(['customer.nmae'])
  })
  it('cannot bring mark-up in', () => {
    expect(fill('{{customer.name}}', { 'customer.name': '<b>x</b>' })).toBe('&lt;b&gt;x&lt;/b&gt;')
  })
})

describe('blank', () => {
  it.each([
    ['<p></p>', true],
    ['<p><br></p><p>&nbsp;</p>', true],
    ['', true],
    ['<p>a</p>', false],
    ['<p><img src="/files/a"></p>', false],
  ])('%s → %s', (html, is) => expect(blank(html)).toBe(is))
})
