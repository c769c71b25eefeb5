import { describe, expect, it } from 'vitest'
import type { Node } from './data'
import { freeKey, leadsTo, linesOf, reached } from './tree'

const q = (key: string, ...next: string[]): Node => ({
  key,
  question: {},
  answers: next.map((n) => ({ text: {}, next: n })),
})
const r = (key: string): Node => ({ key, result: { cause: {} } })

describe('the tree of a flow', () => {
  it('is opened out once, and told again where another way leads there', () => {
    const nodes = [q('a', 'b', 'c'), q('b', 'r1', 'c'), q('c', 'r1', ''), r('r1'), r('lost')]
    expect(linesOf(nodes).map((l) => `${'-'.repeat(l.depth)}${l.node.key}${l.again ? '*' : ''}`)).toEqual([
      'a',
      '-b',
      '--r1',
      '--c',
      '---r1*',
      '-c*',
    ])
    expect(reached(nodes).map((n) => n.key)).toEqual(['a', 'b', 'r1', 'c'])
  })
  it('knows which way would lead back', () => {
    const nodes = [q('a', 'b'), q('b', 'r1'), r('r1')]
    expect(leadsTo(nodes, 'a', 'b')).toBe(true)
    expect(leadsTo(nodes, 'b', 'a')).toBe(false)
  })
  it('ends even where a way leads back', () => {
    const nodes = [q('a', 'b'), q('b', 'a')]
    expect(linesOf(nodes).map((l) => l.node.key)).toEqual(['a', 'b', 'a'])
    expect(leadsTo(nodes, 'b', 'z')).toBe(false)
  })
  it('finds a key that is free', () => {
    expect(freeKey([q('q1'), q('q3')], 'q')).toBe('q2')
  })
})
