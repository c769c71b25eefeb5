import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import lucide from '@iconify-json/lucide/icons.json'
import { expect, it } from 'vitest'

// An icon that is not in the bundle would be asked for over the network, which the CSP forbids: names must be literal and exist.
const src = join(import.meta.dirname, '..')
const known = new Set([...Object.keys(lucide.icons), ...Object.keys(lucide.aliases)])

it('every icon that the code names exists', () => {
  const wrong: string[] = []
  for (const e of readdirSync(src, { recursive: true, withFileTypes: true })) {
    if (!e.isFile() || !/\.(vue|ts)$/.test(e.name) || e.name.endsWith('.test.ts')) continue
    const code = readFileSync(join(e.parentPath, e.name), 'utf8')
    for (const m of code.matchAll(/i-lucide-([a-z0-9-]+)/g)) if (!known.has(m[1]!)) wrong.push(`${m[1]} in ${e.name}`)
  }
  expect(wrong).toEqual([])
})
