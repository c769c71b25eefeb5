// Runs every scenario in scenarios/ against the built binary: node e2e/run.mjs [name …]
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { enter, executable, findings, hasBrowser, launch, open, shot, signIn } from './browser.mjs'
import { admin, binary, client, setUp, start } from './heed.mjs'

function cannot(why) {
  console.log(`SKIP browser tests: ${why}`)
  process.exit(process.env.CI ? 1 : 0)
}
if (!existsSync(binary)) cannot(`no ${binary}: run \`make build\``)
if (!hasBrowser()) cannot(`no ${executable}: install Debian's chromium, or set CHROMIUM`)

const wanted = process.argv.slice(2)
const dir = new URL('./scenarios/', import.meta.url)
const files = readdirSync(dir)
  .filter((f) => f.endsWith('.mjs'))
  .filter((f) => !wanted.length || wanted.some((w) => f.startsWith(w)))
  .sort()

const browser = await launch()
let failed = 0
for (const file of files) {
  const { default: scenario, options = {} } = await import(new URL(file, dir))
  const pages = []
  let server
  const began = performance.now()
  try {
    server = await start(options)
    const t = {
      server,
      admin,
      assert,
      client: () => client(server.url),
      setUp: (over) => setUp(server, over),
      page: async (o) => {
        const p = await open(browser, server.url, o)
        pages.push(p)
        return p
      },
      enter,
      signIn,
      shot,
      /** Fails on any accessibility finding of the page as it is now. */
      accessible: async (page, where) => assert.deepEqual(await findings(page), [], `axe, ${where}`),
    }
    await scenario(t)
    for (const p of pages) assert.deepEqual(p.problems, [], 'the page reported errors')
    console.log(`ok    ${file} (${((performance.now() - began) / 1000).toFixed(1)} s)`)
  } catch (e) {
    failed += 1
    console.error(`FAIL  ${file}\n${e.stack ?? e}`)
    for (const [i, p] of pages.entries()) {
      await shot(p, `failed-${file.replace('.mjs', '')}-${i}`).catch(() => {})
      if (p.problems.length) console.error(`page ${i}:\n${p.problems.join('\n')}`)
    }
    if (server) console.error(`server:\n${server.log().split('\n').slice(-30).join('\n')}`)
  } finally {
    for (const p of pages) await p.context().close()
    await server?.stop()
  }
}
await browser.close()
console.log(`${files.length - failed} of ${files.length} scenarios passed`)
process.exit(failed ? 1 : 0)
