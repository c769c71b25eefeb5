import { describe, expect, it } from 'vitest'
import { salute } from './salute'

describe('how somebody is addressed', () => {
  it.each([
    ['王晓敏', '女士', '王女士'],
    ['欧阳明', '先生', '欧阳先生'],
    ['張簡雅婷', '女士', '張簡女士'],
    ['Emma Novak', 'Ms', 'Ms Novak'],
    ['Emma Novak', '女士', 'Novak 女士'],
    ['', 'Mr', 'Mr'],
  ])('%s + %s → %s', (name, title, said) => expect(salute(name, title)).toBe(said))
})
