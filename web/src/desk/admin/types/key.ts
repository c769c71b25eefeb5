import type { Names } from '../../facts/data'

/** A key out of a name: small letters, digits and _. A name without Latin letters gives new_N. */
export function keyOf(names: Names, taken: readonly string[]): string {
  const words = (names.en ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, 30)
  let key = words || 'new_1'
  for (let n = 2; taken.includes(key); n++) key = words ? `${words}_${n}` : `new_${n}`
  return key
}
