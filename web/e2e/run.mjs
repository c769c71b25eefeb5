// Runs every scenario in scenarios/ against the built binary: node e2e/run.mjs [name …]
// HEED_BIN is the binary (bin/heed), CHROMIUM the browser. Each scenario has a server and browser contexts of its own.
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { enter, executable, findings, hasBrowser, launch, open, shot, signIn } from './browser.mjs'
import { admin, binary, client, colleague, deliver, setUp, start, until } from './heed.mjs'

const atMost = 90_000

function cannot(why) {
  console.log(`NOT RUN HERE: browser tests: ${why}`)
  process.exit(process.env.CI ? 1 : 0)
}
if (!existsSync(binary)) {
  console.error(`there is no ${binary}: run \`make build\`, or set HEED_BIN`)
  process.exit(1)
}
if (!hasBrowser()) cannot(`no ${executable}: install Debian's chromium, or set CHROMIUM`)

const wanted = process.argv.slice(2)
const dir = new URL('./scenarios/', import.meta.url)
const files = readdirSync(dir)
  .filter((f) => f.endsWith('.mjs'))
  .filter((f) => !wanted.length || wanted.some((w) => f.startsWith(w)))
  .sort()
if (!files.length) {
  console.error(`no scenario is called ${wanted.join(' ')}`)
  process.exit(1)
}

/** What a scenario is given. */
function tools(server, pages) {
  const t = {
    server,
    admin,
    assert,
    until,
    client: () => client(server.url),
    setUp: (over) => setUp(server, over),
    colleague: (api, who) => colleague(server, api, who),
    deliver: (mailbox, raw) => deliver(server, mailbox, raw),
    page: async (o) => {
      const p = await open(browser, server.url, o)
      pages.push(p)
      return p
    },
    /** A page on which the owner of `api` is signed in. */
    desk: async (api, path = '/', o = {}) => {
      const p = await t.page({ locale: 'en', ...o })
      await enter(p, api)
      await p.goto(path)
      return p
    },
    enter,
    signIn,
    shot,
    /** Fails on a serious or critical accessibility finding of the page as it is now. */
    accessible: async (page, where) => assert.deepEqual(await findings(page), [], `axe, ${where}`),
  }
  return t
}

const began = performance.now()
const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`
const browser = await launch()
let failed = 0
for (const file of files) {
  const { default: scenario, title, options = {} } = await import(new URL(file, dir))
  const pages = []
  const from = performance.now()
  let server
  let timer
  try {
    server = await start(options)
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done in ${atMost / 1000} s`)), atMost)
    })
    await Promise.race([scenario(tools(server, pages)), late])
    for (const p of pages) assert.deepEqual(p.problems, [], 'the page reported errors')
    const errors = server
      .log()
      .split('\n')
      .filter((l) => l.includes('level=ERROR'))
    assert.deepEqual(errors, [], 'the server logged errors')
    console.log(`ok    ${file} ${title} (${seconds(from)})`)
  } catch (e) {
    failed += 1
    console.error(`FAIL  ${file} ${title} (${seconds(from)})\n${e.stack ?? e}`)
    for (const [i, p] of pages.entries()) {
      await shot(p, `failed-${file.replace('.mjs', '')}-${i}`).catch(() => {})
      if (p.problems.length) console.error(`page ${i}:\n${p.problems.join('\n')}`)
    }
    if (server) console.error(`server:\n${server.log().split('\n').slice(-30).join('\n')}`)
  } finally {
    clearTimeout(timer)
    for (const p of pages) await p.context().close()
    await server?.stop()
  }
}
await browser.close()
console.log(`browser tests: ${files.length - failed} passed, ${failed} failed (${seconds(began)})`)
process.exit(failed ? 1 : 0)
