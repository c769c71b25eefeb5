import { mark, marked } from '../browser.mjs'

export const title = 'three languages and dark mode switched on the open page, kept after a reload, no missing text'

const words = {
  en: { inbox: 'Inbox', mine: 'Mine', reply: 'Reply', language: 'Language', look: 'Appearance', dark: 'Dark' },
  'zh-CN': { inbox: '收件箱', mine: '我的', reply: '回复', language: '语言', look: '外观', dark: '深色' },
  'zh-TW': { inbox: '收件匣', mine: '我的', reply: '回覆', language: '語言', look: '外觀', dark: '深色' },
}
const names = { en: 'English', 'zh-CN': '简体中文', 'zh-TW': '繁體中文' }

export default async function languages(t) {
  const api = await t.setUp({ locale: 'en' })
  const ticket = await api.post('/tickets', {
    subject: 'Filter change',
    channel: 'email',
    owner_id: (await api.get('/session')).agent.id,
    customer: { kind: 'person', name: 'Ana Silva', emails: [{ value: 'ana@customer.example' }] },
    message: { kind: 'incoming', text: 'When is it due?' },
  })
  const page = await t.desk(api, `/inbox/mine/${ticket.id}`)
  await page.getByRole('tab', { name: 'Reply' }).waitFor()
  await mark(page)

  // A key that has no text is shown as the key itself: area.part.name.
  const missing = async (where) => {
    const text = await page.evaluate(() => document.body.innerText)
    const keys = text.match(/\b(inbox|shell|admin|customers|welcome|fault|mail|ticket)\.[a-z_]+(\.[a-z_]+)*\b/g) ?? []
    t.assert.deepEqual(
      keys.filter((k) => !/\.(example|com)$/.test(k)),
      [],
      `missing texts, ${where}`,
    )
  }
  const menu = async (...path) => {
    await page.locator('nav').first().getByRole('button', { name: /周凯/ }).click()
    for (const [i, p] of path.entries()) {
      const last = i === path.length - 1
      await page.getByRole(last ? 'menuitemcheckbox' : 'menuitem', { name: p, exact: true }).focus()
      await page.keyboard.press(last ? 'Enter' : 'ArrowRight')
    }
  }
  let now = 'en'
  for (const to of ['zh-CN', 'zh-TW', 'en', 'zh-CN']) {
    await menu(words[now].language, names[to])
    await page.locator(`html[lang="${to}"]`).waitFor()
    await page.getByRole('heading', { name: words[to].inbox, exact: true }).waitFor()
    await page.getByRole('tab', { name: words[to].reply, exact: true }).waitFor()
    await page.locator('nav a[href="/inbox/mine"]').getByText(words[to].mine, { exact: true }).waitFor()
    await missing(to)
    now = to
  }
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await ground()
  await menu(words[now].look, words[now].dark)
  await page.locator('html.dark').waitFor()
  t.assert.notEqual(await ground(), light)
  t.assert.ok(await marked(page), 'the page was reloaded')
  await t.until('the choice to be kept', async () => {
    const { agent } = await api.get('/session')
    return agent.theme === 'dark' && agent.locale === 'zh-CN'
  })

  await page.reload()
  await page.locator('html.dark[lang="zh-CN"]').waitFor()
  await page.getByRole('heading', { name: words['zh-CN'].inbox, exact: true }).waitFor()

  // Every page, in every language.
  for (const locale of ['zh-CN', 'zh-TW', 'en']) {
    await api.patch('/me', { locale })
    for (const path of [
      '/inbox/mine',
      '/search',
      '/customers',
      '/customers/1',
      '/settings/profile',
      '/settings/people',
      '/settings/mailboxes/new',
      '/settings/jobs',
      '/settings/canned/new',
      '/settings/firm',
    ]) {
      await page.goto(path)
      await page.locator(`html[lang="${locale}"]`).waitFor()
      await page.locator('h1, h2').first().waitFor()
      await missing(`${path} in ${locale}`)
    }
  }

  // A browser that has never been here is greeted in its own language.
  for (const locale of ['zh-TW', 'zh-CN', 'en']) {
    const guest = await t.page({ locale })
    await guest.goto('/signin')
    await guest.locator(`html[lang="${locale}"]`).waitFor()
    await guest.context().close()
  }
}
