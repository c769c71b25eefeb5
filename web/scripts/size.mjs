// The first page must stay light: what index.html pulls in before the inbox can be used, gzipped, without the composer and the palette.
import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 320
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const seen = new Set()
const files = new Set(['index.html', 'boot.js'])
const walk = (key) => {
  if (seen.has(key)) return
  seen.add(key)
  const c = manifest[key]
  if (!c) throw new Error(`no such chunk: ${key}`)
  files.add(c.file)
  for (const f of c.css ?? []) files.add(f)
  for (const i of c.imports ?? []) walk(i)
}
// The entry, the inbox page, and the largest language.
const start = ['index.html', 'src/desk/inbox/Inbox.vue', 'src/i18n/en/index.ts']
for (const s of start) if (manifest[s]) walk(s)
let total = 0
for (const f of files) {
  const u = new URL(f, dist)
  if (existsSync(u)) total += gzipSync(readFileSync(u), { level: 9 }).length
}
const kb = (total / 1024).toFixed(1)
console.log(`first load: ${kb} KB gzip of ${limit} (${files.size} files)`)
if (total > limit * 1024) {
  console.error(`The first page is over its budget. Make something lazy.`)
  process.exit(1)
}
