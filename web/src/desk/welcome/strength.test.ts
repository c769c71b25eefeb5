import { describe, expect, it } from 'vitest'
import { knownWords, strength } from './strength'

describe('strength of a password', () => {
  it.each([
    ['a1b2', 'short'],
    ['', 'short'],
    ['password12', 'weak'],
    ['1234567890', 'weak'],
    ['aaaaaaaaaaaa', 'weak'],
    ['abcdefghijkl', 'weak'],
    ['qwerty123456', 'weak'],
    ['correct horse battery staple', 'strong'],
    ['x7#Kq9!vTz2m', 'strong'],
    ['tulpenveld', 'fair'],
  ])('%s is %s', (p, s) => expect(strength(p)).toBe(s))

  it("counts one's own name and address as known", () => {
    const known = knownWords('Mia Carter', 'mia.carter@example.com')
    expect(known).toContain('carter')
    expect(strength('miacarter99', known)).toBe('weak')
  })

  it('takes Chinese passphrases for what they are', () => {
    expect(strength('山高月小水落石出如今')).toBe('strong')
  })
})
