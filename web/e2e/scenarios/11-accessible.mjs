import { editor } from '../browser.mjs'

export const title =
  'axe finds nothing serious or critical: inbox, ticket, composer, dialogs, settings, customers, in light and dark'

export default async function accessible(t) {
  const api = await t.setUp({ locale: 'zh-CN' })
  const { agent } = await api.get('/session')
  const team = await api.post('/teams', { name: '牙椅组', private: false, lead_id: agent.id, member_ids: [agent.id] })
  const made = []
  for (const [subject, priority] of [
    ['压缩机异响', 'urgent'],
    ['牙椅漏油', 'normal'],
    ['Price list', 'low'],
  ])
    made.push(
      await api.post('/tickets', {
        subject,
        priority,
        channel: 'email',
        owner_id: agent.id,
        team_id: team.id,
        tags: ['保修'],
        customer: { kind: 'person', name: `客户 ${subject}`, emails: [{ value: `c${made.length}@customer.example` }] },
        message: { kind: 'incoming', text: '请尽快派人来看一下。' },
      }),
    )
  await api.post(`/tickets/${made[0].id}/messages`, { kind: 'note', html: '<p>旧型号，带上皮带。</p>' })
  await api.post(`/tickets/${made[0].id}/messages`, { kind: 'reply', html: '<p>周四到。</p>' })
  await api.post('/mailboxes', { name: '支持', address: 'support@heed.example', active: true })

  for (const dark of [false, true]) {
    await api.patch('/me', { theme: dark ? 'dark' : 'light' })
    const page = await t.desk(api, '/inbox/open', { dark, locale: 'zh-CN' })
    const check = (where) => t.accessible(page, `${where}, ${dark ? 'dark' : 'light'}`)
    await page.locator('[role=option][id^=row-]').nth(2).waitFor()
    await check('inbox')
    await page.goto(`/inbox/open/${made[0].id}`)
    await editor(page).waitFor()
    await page.getByRole('log').getByText('周四到。').waitFor()
    await check('ticket')
    await editor(page).click()
    await page.keyboard.type('您好')
    await check('composer, reply')
    await page.getByRole('tab', { name: '内部备注' }).click()
    await check('composer, note')
    await page.goto('/customers')
    await page.getByText('客户 牙椅漏油').first().waitFor()
    await check('customers')
    await page.goto(`/customers/${made[0].customer_id}`)
    await page.getByText('压缩机异响', { exact: true }).first().waitFor()
    await check('customer')
    for (const path of [
      'profile',
      'security',
      'shortcuts',
      'people',
      'teams',
      'firm',
      'mailboxes',
      'mailboxes/1',
      'canned/new',
      'refused',
      'jobs',
    ]) {
      await page.goto(`/settings/${path}`)
      await page.getByRole('main').getByRole('heading').first().waitFor()
      await check(path)
    }
    await page.goto('/search?q=压缩机')
    await page.getByRole('main').getByRole('listitem').first().waitFor()
    await check('search')
    await page.keyboard.press('Control+k')
    await page.locator('[role=combobox]:focus').waitFor()
    await check('palette')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.goto('/inbox/open')
    await page.locator('[role=option][id^=row-]').first().waitFor()
    await page.keyboard.press('c')
    await page.locator('[role=dialog] [role=combobox]:focus').waitFor()
    await check('new ticket')
    const guest = await t.page({ dark })
    await guest.goto('/signin')
    await guest.locator('input[type=password]').waitFor()
    await t.accessible(guest, `sign-in, ${dark ? 'dark' : 'light'}`)
  }
}
