/** Equal as JSON: what the wire would carry is the same. */
export function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}

export function copy<T>(x: T): T {
  return x === undefined ? x : (JSON.parse(JSON.stringify(x)) as T)
}

export interface Merged<T> {
  /** What the form should hold now. */
  values: T
  /** Fields that both sides changed, and differently. `values` keeps mine there. */
  clashes: (keyof T)[]
}

/** Three-way merge of a form, field by field: what only one side changed wins; where both did, mine stays and is named. */
export function merge<T extends object>(base: T, mine: T, theirs: T): Merged<T> {
  const values = { ...copy(theirs) } as T
  const clashes: (keyof T)[] = []
  for (const k of Object.keys(mine) as (keyof T)[]) {
    if (same(mine[k], base[k])) continue
    if (!same(theirs[k], base[k]) && !same(theirs[k], mine[k])) clashes.push(k)
    values[k] = copy(mine[k])
  }
  return { values, clashes }
}

/** The fields of `now` that differ from `before`: the body of a PATCH. */
export function changes<T extends object>(before: T, now: T): Partial<T> {
  const out: Partial<T> = {}
  for (const k of Object.keys(now) as (keyof T)[]) if (!same(before[k], now[k])) out[k] = copy(now[k])
  return out
}
