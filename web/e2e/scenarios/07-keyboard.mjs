import { editor, write } from '../browser.mjs'

export const title =
  'keys alone from the inbox to a sent reply; the ? sheet; letters rest while typing; IME Enter sends nothing'

export default async function keyboard(t) {
  const api = await t.setUp({ locale: 'en' })
  const { agent } = await api.get('/session')
  for (const [n, subject] of ['Valve leaks', 'Motor hums', 'Fuse blown'].entries())
    await api.post('/tickets', {
      subject,
      channel: 'email',
      owner_id: agent.id,
      customer: { kind: 'person', name: `Customer ${n}`, emails: [{ value: `c${n}@customer.example` }] },
      message: { kind: 'incoming', text: `${subject}, please help.` },
    })
  const page = await t.desk(api, '/settings/profile')
  await page.getByLabel('Name', { exact: true }).first().waitFor()
  // From anywhere to the inbox, down two, in, and an answer out: no pointer is used in this scenario.
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.waitForURL('**/inbox/mine')
  await page.locator('[role=option][id^=row-]').nth(2).waitFor()

  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await sheet.getByText('Reply to the customer').waitFor()
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })

  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Motor hums' }).waitFor()
  await editor(page).waitFor()
  await page.keyboard.press('r')
  // Every letter here is also a shortcut somewhere: c, e, m, a, s, n, ?, x, j, k.
  await write(page, 'ceman? snx jk x')
  t.assert.equal(await page.getByRole('dialog').count(), 0, 'no dialog while typing')
  t.assert.equal((await editor(page).innerText()).trim(), 'ceman? snx jk x')
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')

  // An input method: its Enter takes the characters, it does not send, not even with Ctrl.
  const cdp = await page.context().newCDPSession(page)
  const compose = (text) =>
    cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  await compose('ni')
  await compose('你hao')
  await editor(page).getByText('你hao').waitFor()
  const key = { key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 }
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key })
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', modifiers: 2, ...key })
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', modifiers: 2, ...key })
  await cdp.send('Input.insertText', { text: '你好' })
  await editor(page).getByText('你好', { exact: true }).waitFor()
  const [ticket] = (await api.get('/tickets?view=all')).items.filter((x) => x.subject === 'Motor hums')
  t.assert.equal((await api.get(`/tickets/${ticket.id}/messages`)).items.length, 1, 'the input method sent something')

  await page.keyboard.type('，我们明天到。')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('log').getByRole('article').filter({ hasText: '你好，我们明天到。' }).waitFor()
  await t.until('the reply', async () => (await api.get(`/tickets/${ticket.id}/messages`)).items.length === 2)
  const after = await api.get(`/tickets/${ticket.id}`)
  t.assert.equal(after.status, 'waiting_customer')

  // The search box of the palette, too: Enter of the input method opens nothing.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Commands and search' }).waitFor()
  await page.locator('[role=combobox]:focus').waitFor()
  await compose('fuse')
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key })
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
  t.assert.equal(await page.getByRole('dialog').count(), 1)
  await cdp.send('Input.insertText', { text: 'fuse' })
  await page
    .getByRole('option', { name: /Fuse blown/ })
    .first()
    .waitFor()
}
