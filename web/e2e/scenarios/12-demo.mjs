import { editor } from '../browser.mjs'

export const title =
  'the demo firm: some 2,000 tickets scroll with few rows on the page; pictures of every page to look at'
export const options = { args: ['--demo'] }

const locales = ['en', 'zh-CN', 'zh-TW']
const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } }

export default async function demo(t) {
  const api = await t.setUp({ locale: 'en' })
  const page = await t.desk(api, '/inbox/all')
  const rows = page.locator('[role=option][id^=row-]')
  await rows.first().waitFor()
  const total = (await api.get('/views')).items.find((v) => v.key === 'all').count
  t.assert.ok(total > 1900, `${total} tickets`)

  // Down through all of them with the End key: each press loads the next pages; the page holds only what is seen.
  await page.getByRole('listbox').focus()
  let most = 0
  let at = 0
  const last = () =>
    page.evaluate(() =>
      Math.max(...[...document.querySelectorAll('[id^=row-]')].map((x) => Number(x.getAttribute('aria-posinset')))),
    )
  while (at < 500) {
    await page.keyboard.press('End')
    await page.waitForFunction(
      (before) =>
        [...document.querySelectorAll('[id^=row-]')].some((x) => Number(x.getAttribute('aria-posinset')) > before),
      at,
    )
    at = await last()
    most = Math.max(most, await rows.count())
  }
  t.assert.ok(most < 60, `${most} rows at once`)
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length)
  t.assert.ok(nodes < 4000, `${nodes} elements`)
  await page.keyboard.press('Home')
  await page.locator('[role=option][aria-posinset="1"]').waitFor()

  // A ticket with a conversation, and its customer.
  const { items } = await api.get('/tickets?view=open&limit=50')
  const talk = items.filter((x) => x.customer).sort((a, b) => b.message_count - a.message_count)[0]
  await page.goto(`/inbox/open/${talk.id}`)
  await editor(page).waitFor()

  const look = {
    inbox: async (p, { width }) => {
      await p.goto('/inbox/open')
      await p
        .locator('[role=option][id^=row-]')
        .nth(width > 700 ? 5 : 3)
        .waitFor()
    },
    ticket: async (p) => {
      await p.goto(`/inbox/open/${talk.id}`)
      await editor(p).waitFor()
      await p.getByRole('log').getByRole('article').first().waitFor()
    },
    settings: async (p) => {
      await p.goto('/settings/people')
      await p.getByRole('main').getByText('@').nth(3).waitFor()
    },
    customers: async (p) => {
      await p.goto('/customers')
      await p.getByRole('main').locator('a[href^="/customers/"]').nth(4).waitFor()
    },
    customer: async (p) => {
      await p.goto(`/customers/${talk.customer.id}`)
      await p.getByRole('main').getByText(talk.subject).first().waitFor()
    },
  }
  await page.context().close()
  for (const theme of ['light', 'dark'])
    for (const locale of locales) {
      await api.patch('/me', { theme, locale })
      for (const [size, box] of Object.entries(sizes)) {
        const p = await t.desk(api, '/settings/profile', { locale, dark: theme === 'dark', ...box })
        for (const [name, go] of Object.entries(look)) {
          await go(p, box)
          await p.locator('.skeleton').first().waitFor({ state: 'detached' })
          const over = await p.evaluate(() => document.documentElement.scrollWidth - innerWidth)
          t.assert.ok(over <= 0, `${name} ${locale} ${size} is ${over} px too wide`)
          await t.shot(p, `${name}-${theme}-${locale}-${size}`)
        }
        await p.context().close()
      }
    }
}
