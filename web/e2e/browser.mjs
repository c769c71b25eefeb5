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
  { locale = 'zh-CN', dark = false, width = 1440, height = 900, zone = 'Asia/Shanghai' } = {},
) {
  const context = await browser.newContext({
    baseURL: url,
    locale,
    timezoneId: zone,
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

/** Every axe finding of WCAG 2.2 AA and best practice, one line each. */
export async function findings(page) {
  await page.evaluate(axe)
  const result = await page.evaluate(() =>
    // Left out: the focus guards that Reka UI puts round its toasts, which pass the focus on at once.
    window.axe.run(
      { exclude: ['span[aria-hidden="true"][tabindex="0"]'] },
      {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      },
    ),
  )
  return result.violations.map(
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

/** Puts the session of an API client into the page: for scenarios that are not about signing in. */
export async function enter(page, api) {
  const [name, value] = api.cookie().split(/=(.*)/s)
  const { hostname } = new URL(page.context()._options.baseURL)
  await page.context().addCookies([{ name, value, domain: hostname, path: '/', httpOnly: true, sameSite: 'Lax' }])
}
