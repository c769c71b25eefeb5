import { describe, expect, it } from 'vitest'
import { withoutStyles } from './html'

describe('withoutStyles', () => {
  it.each([
    ['<p style="color:red">a</p>', '<p>a</p>'],
    ["<p STYLE='color:red' class=x>a</p>", '<p class=x>a</p>'],
    ['<p style=color:red>a</p>', '<p>a</p>'],
    ['<p style = "a:b" style="c:d">a</p>', '<p>a</p>'],
    ['in text style="x" stays', 'in text style="x" stays'],
    ['<a data-style="x" href="?style=1">a</a>', '<a data-style="x" href="?style=1">a</a>'],
  ])('%s', (html, want) => {
    expect(withoutStyles(html)).toBe(want)
  })
})
