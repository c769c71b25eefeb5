import { count, mark, marked, row } from '../browser.mjs'

export const title = 'R315 a rep joins by a copied link; both see the other’s changes without reloading'

export default async function invite(t) {
  const api = await t.setUp({ locale: 'en' })
  const boss = await t.desk(api, '/settings/people')
  await boss.getByRole('button', { name: 'Invite' }).first().click()
  const dialog = boss.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Lin Wei')
  await dialog.getByLabel('E-mail').fill('lin@heed.example')
  await dialog.getByRole('button', { name: 'Make the invitation' }).click()
  await dialog.getByText('It was not sent by mail').waitFor()
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await dialog.getByRole('button', { name: 'Copied' }).waitFor()
  const link = await boss.evaluate(() => navigator.clipboard.readText())
  t.assert.match(link, /\/join\/\S{20,}$/)
  await dialog.getByRole('button', { name: 'Done' }).click()

  const rep = await t.page({ locale: 'en' })
  await rep.goto(new URL(link).pathname)
  await rep.getByRole('heading', { name: `Join ${t.admin.firm}` }).waitFor()
  await rep.locator('input[type=password]').fill('seven quiet lanterns 42')
  await rep.getByRole('button', { name: 'Join' }).click()
  await rep.waitForURL('**/inbox/mine')
  const steps = rep.getByRole('button', { name: 'Hide the list' })
  await steps.click()
  await steps.waitFor({ state: 'detached' })

  const again = await t.page({ locale: 'en' })
  await again.goto(new URL(link).pathname)
  await again.getByRole('heading', { name: 'This link no longer works' }).waitFor()

  // He sees what she registers; she sees that he takes it.
  await boss.goto('/inbox/open')
  await count(boss, 'open').waitFor()
  await rep.getByRole('link', { name: /^All open/ }).click()
  await rep.waitForURL('**/inbox/open')
  await mark(boss)
  await mark(rep)
  const made = await api.post('/tickets', {
    subject: 'Dryer trips the breaker',
    channel: 'phone',
    message: { kind: 'incoming', text: 'It trips every morning.' },
  })
  for (const p of [boss, rep]) {
    await row(p, 'Dryer trips the breaker').waitFor()
    await p.locator('nav a[href="/inbox/unassigned"]').getByText('1', { exact: true }).waitFor()
  }
  await row(boss, 'Dryer trips').click()
  await row(rep, 'Dryer trips').click()
  await rep.getByRole('button', { name: 'Assign to me' }).click()
  await boss.getByRole('button', { name: 'Owner: Lin Wei' }).waitFor()
  await boss.locator('nav a[href="/inbox/unassigned"]').getByText('0', { exact: true }).waitFor()
  await rep.locator('nav a[href="/inbox/mine"]').getByText('1', { exact: true }).waitFor()

  await boss.getByRole('heading', { name: 'Dryer trips the breaker' }).dblclick()
  await boss.getByLabel('Subject').fill('Dryer trips the breaker (urgent)')
  await boss.keyboard.press('Enter')
  await rep.getByRole('heading', { name: 'Dryer trips the breaker (urgent)' }).waitFor()
  await row(rep, '(urgent)').waitFor()
  t.assert.ok((await marked(boss)) && (await marked(rep)), 'a page was reloaded')
  t.assert.equal((await api.get(`/tickets/${made.id}`)).owner_id > 0, true)
}
