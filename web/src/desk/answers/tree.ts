import type { Flow, Node } from './data'

/** The nodes that can be reached from the first one, in the order in which one comes to them. */
export function reached(nodes: Node[]): Node[] {
  const byKey = new Map(nodes.map((n) => [n.key, n]))
  const out: Node[] = []
  const seen = new Set<string>()
  const visit = (key: string | undefined) => {
    const n = key === undefined ? undefined : byKey.get(key)
    if (!n || seen.has(n.key)) return
    seen.add(n.key)
    out.push(n)
    for (const a of n.answers ?? []) visit(a.next)
  }
  visit(nodes[0]?.key)
  return out
}

/** A key that no node has: "q3", "r2". */
export function freeKey(nodes: Node[], prefix: 'q' | 'r'): string {
  for (let n = 1; ; n++) {
    const key = `${prefix}${n}`
    if (!nodes.some((x) => x.key === key)) return key
  }
}

export interface Line {
  node: Node
  depth: number
  /** The answer that leads here, and from where. */
  from?: { node: Node; answer: number }
  /** It has been shown above: only where to is told. */
  again: boolean
}

/** The tree as lines, each node opened out where it is first met. */
export function linesOf(nodes: Node[]): Line[] {
  const byKey = new Map(nodes.map((n) => [n.key, n]))
  const out: Line[] = []
  const seen = new Set<string>()
  const visit = (key: string, depth: number, from?: Line['from']) => {
    const node = byKey.get(key)
    if (!node || depth > 60) return
    const again = seen.has(key)
    seen.add(key)
    out.push({ node, depth, from, again })
    if (again) return
    node.answers?.forEach((a, answer) => {
      visit(a.next, depth + 1, { node, answer })
    })
  }
  if (nodes[0]) visit(nodes[0].key, 0)
  return out
}

/** Whether a node can be come to from another one: an answer there must not lead back. */
export function leadsTo(nodes: Node[], from: string, to: string): boolean {
  const byKey = new Map(nodes.map((n) => [n.key, n]))
  const seen = new Set<string>()
  const visit = (key: string): boolean => {
    if (key === to) return true
    if (seen.has(key)) return false
    seen.add(key)
    return (byKey.get(key)?.answers ?? []).some((a) => visit(a.next))
  }
  return visit(from)
}

export const blankFlow = (): Pick<Flow, 'names' | 'type_ids' | 'product_ids' | 'nodes'> => ({
  names: {},
  type_ids: [],
  product_ids: [],
  nodes: [
    {
      key: 'q1',
      question: {},
      help: {},
      answers: [
        { text: {}, next: '' },
        { text: {}, next: '' },
      ],
    },
  ],
})
