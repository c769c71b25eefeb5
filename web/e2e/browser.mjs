// Chromium with a witness: a console error, an uncaught exception or a CSP violation makes the scenario fail.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

export const executable = process.env.CHROMIUM ?? '/usr/bin/chromium'
export const hasBrowser = () => existsSync(executable)
const shots = fileURLToPath(new URL('./shots/', import.meta.url))
const axe = readFileSync(fileURLToPath(new URL('../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8')

export function launch() {
  return chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

// The browser reports every refused request on the console; these are answers, not faults of the page.
const expected = [
  /status of 404 .*\/drafts\//,
  /status of 401 .*\/session/,
  /status of 409/,
  /status of 410/,
  /status of 422/,
]

/** A page in a context of its own. `page.problems` collects what went wrong. */
export async function open(
  browser,
  url,
  { locale = 'zh-CN', dark = false, width = 1440, height = 900, zone = 'Asia/Shanghai', script = true } = {},
) {
  const context = await browser.newContext({
    baseURL: url,
    locale,
    timezoneId: zone,
    javaScriptEnabled: script,
    colorScheme: dark ? 'dark' : 'light',
    viewport: { width, height },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const page = await context.newPage()
  page.setDefaultTimeout(8000)
  page.problems = []
  /** Patterns of console errors that a scenario provokes on purpose. */
  page.provoked = []
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (e) => {
      console.error(`CSP ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`)
    })
  })
  page.on('console', (m) => {
    if (m.type() !== 'error') return
    const text = `${m.text()} ${m.location().url}`
    if ([...expected, ...page.provoked].some((x) => x.test(text))) return
    page.problems.push(text)
  })
  page.on('pageerror', (e) => page.problems.push(`uncaught: ${e.stack ?? e.message}`))
  return page
}

export async function shot(page, name) {
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: `${shots}${name}.png` })
}

const heavy = ['serious', 'critical']

/** Every serious or critical axe finding of WCAG 2.2 AA and best practice, one line each. */
export async function findings(page) {
  await page.evaluate(axe)
  // What is just fading in has no colours of its own yet.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((a) => a.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((a) => a.finished),
    ),
  )
  const result = await page.evaluate(() =>
    // Left out: the focus guards that Reka UI puts round its toasts, which pass the focus on at once.
    window.axe.run(
      { exclude: ['span[aria-hidden="true"][tabindex="0"]'] },
      {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      },
    ),
  )
  return result.violations
    .filter((v) => heavy.includes(v.impact))
    .map(
      (v) =>
        `${v.id} (${v.impact}): ${v.nodes
          .map((n) => n.target.join(' '))
          .slice(0, 3)
          .join(' | ')}`,
    )
}

export async function signIn(page, who) {
  await page.goto('/signin')
  await page.locator('input[type=email]').fill(who.email)
  await page.locator('input[type=password]').fill(who.password)
  await page.keyboard.press('Enter')
  await page.waitForURL((u) => !u.pathname.startsWith('/signin'))
}

/** The row of the ticket list that shows `text`. */
export const row = (page, text) => page.locator('[role=option][id^=row-]').filter({ hasText: text })

/** The number that the views pane shows beside a view. */
export const count = (page, view) => page.locator(`nav a[href="/inbox/${view}"] .num`)

/** The box in which a reply or a note is written. */
export const editor = (page) => page.locator('.prose-mail[role=textbox]')

/** Waits until the box for writing has the focus, then types, as somebody does who looks first. */
export async function write(page, text) {
  await page.locator('.prose-mail[role=textbox]:focus').waitFor()
  await page.keyboard.type(text)
}

/** A mark on the window object that a reload would wipe out: what follows must come by itself. */
export async function mark(page) {
  await page.evaluate(() => {
    window.unreloaded = true
  })
}
export const marked = (page) => page.evaluate(() => window.unreloaded === true)

/** Puts the session of an API client into the page: for scenarios that are not about signing in. */
export async function enter(page, api) {
  const [name, value] = api.cookie().split(/=(.*)/s)
  const { hostname } = new URL(page.context()._options.baseURL)
  await page.context().addCookies([{ name, value, domain: hostname, path: '/', httpOnly: true, sameSite: 'Lax' }])
}
