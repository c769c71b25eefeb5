import { describe, expect, it } from 'vitest'
import { diff, plain } from './diff'

const shown = (a: string, b: string) =>
  diff(a, b)
    .map((p) => (p.kind === 'same' ? p.text : p.kind === 'added' ? `+${p.text}+` : `-${p.text}-`))
    .join('')

describe('the difference of two versions', () => {
  it('marks whole words of English and characters of Chinese', () => {
    expect(shown('Delivery takes ten days.', 'Delivery takes four days.')).toBe('Delivery takes -ten-+four+ days.')
    expect(shown('整机保修一年', '整机保修两年')).toBe('整机保修-一-+两+年')
    expect(shown('same', 'same')).toBe('same')
    expect(shown('', 'new')).toBe('+new+')
    expect(shown('old', '')).toBe('-old-')
  })
  it('loses nothing of either side', () => {
    const [a, b] = ['a b c d e f', 'a x c y f g']
    const d = diff(a, b)
    expect(
      d
        .filter((p) => p.kind !== 'added')
        .map((p) => p.text)
        .join(''),
    ).toBe(a)
    expect(
      d
        .filter((p) => p.kind !== 'removed')
        .map((p) => p.text)
        .join(''),
    ).toBe(b)
  })
  it('reads HTML as lines', () => {
    expect(plain('<p>One<br>two</p><ul><li>three</li></ul>')).toBe('One\ntwo\n• three')
  })
})
