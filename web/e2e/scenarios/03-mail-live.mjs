import { mark, marked, row, write } from '../browser.mjs'
import { mail } from '../heed.mjs'

export const title =
  'R313 R315 a mail arrives on the open page; reply, note, assign, priority, tag, snooze, no solving without a result'

export default async function mailLive(t) {
  const api = await t.setUp({ locale: 'en' })
  await t.colleague(api, { name: 'Lin Wei', email: 'lin@heed.example' })
  await api.post('/mailboxes', { name: 'Support', address: 'support@heed.example', active: true })
  const page = await t.desk(api, '/inbox/unassigned')
  await page.getByText('Nothing unassigned').waitFor()
  await mark(page)
  await t.deliver(
    'support@heed.example',
    mail({
      name: 'Emma Novak',
      from: 'emma@customer.example',
      to: 'support@heed.example',
      subject: 'Compressor makes a noise',
      text: 'Hello,\n\nsince Monday it rattles.\n\nEmma',
    }),
  )
  await row(page, 'Compressor makes a noise').waitFor()
  const shown = (view, n) => page.locator(`nav a[href="/inbox/${view}"]`).getByText(n, { exact: true }).waitFor()
  await shown('unassigned', '1')
  await shown('open', '1')

  await row(page, 'Emma Novak').click()
  await page.getByRole('log').getByText('since Monday it rattles.').waitFor()
  await page.getByRole('button', { name: 'Assign to me' }).click()
  await page.getByRole('button', { name: 'Owner: 周凯' }).waitFor()
  await shown('unassigned', '0')
  await shown('mine', '1')

  // The reply cannot leave: the mailbox has no SMTP account. That is told, and nothing claims it was sent.
  await page.keyboard.press('r')
  await write(page, 'We come on Thursday.')
  await page.keyboard.press('Control+Enter')
  const reply = page.getByRole('log').getByRole('article').filter({ hasText: 'We come on Thursday.' })
  await reply.getByText('Failed', { exact: true }).waitFor()
  await reply.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor()
  t.assert.equal(await reply.getByText('Sent', { exact: true }).count(), 0)

  await page.getByRole('log').click({ position: { x: 5, y: 5 } })
  await page.keyboard.press('n')
  await page.getByText('The customer does not see this').waitFor()
  await write(page, 'He has the old model, take the spare belt.')
  await page.keyboard.press('Control+Enter')
  const note = page.getByRole('log').getByRole('article').filter({ hasText: 'take the spare belt' })
  await note.getByText('Internal note').waitFor()
  await note.getByRole('button', { name: 'Message actions' }).waitFor({ state: 'attached' })
  const amber = await note.locator('.bg-note').evaluate((el) => getComputedStyle(el).backgroundColor)
  const plain = await page
    .getByRole('log')
    .locator('.bg-bubble')
    .first()
    .evaluate((el) => getComputedStyle(el).backgroundColor)
  t.assert.notEqual(amber, plain, 'a note looks different')
  const [r, g, b] = await page.evaluate((c) => {
    const x = document.createElement('canvas').getContext('2d')
    x.fillStyle = c
    x.fillRect(0, 0, 1, 1)
    return [...x.getImageData(0, 0, 1, 1).data]
  }, amber)
  t.assert.ok(r > b + 10 && g > b, `amber, not ${r},${g},${b}`)

  // Owner, priority, tag.
  await page.getByRole('button', { name: 'Owner: 周凯' }).click()
  await page.getByRole('option', { name: 'Lin Wei' }).click()
  await page.getByRole('button', { name: 'Owner: Lin Wei' }).waitFor()
  await page.getByRole('button', { name: 'Priority: Normal' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Urgent' }).click()
  await page.getByRole('button', { name: 'Priority: Urgent' }).waitFor()
  await page.getByRole('button', { name: 'Add tag' }).click()
  await page.getByRole('combobox', { name: 'Add or remove tags' }).fill('noise')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.locator('header').getByText('noise', { exact: true }).waitFor()

  // Snoozed: out of the open ones until then, and back at a word.
  await page.getByRole('button', { name: 'Snooze' }).click()
  await page.getByRole('button', { name: /^Tomorrow morning/ }).click()
  await page
    .locator('header')
    .getByText(/^\s*Snoozed until/)
    .waitFor()
  await shown('snoozed', '1')
  await page.getByRole('button', { name: 'Wake now' }).click()
  await shown('snoozed', '0')

  // Solving asks for the result first, on the page and in the API.
  const [ticket] = (await api.get('/tickets?view=all')).items
  const refused = await api.patch(`/tickets/${ticket.id}`, { status: 'solved' }, ticket.version).catch((e) => e)
  t.assert.deepEqual(
    [refused.status, refused.body?.errors?.map((e) => [e.field, e.key])],
    [422, [['result_code', 'ticket.result_required']]],
  )
  await page.getByRole('button', { name: 'Solve', exact: true }).click()
  const form = page.locator('form').filter({ hasText: 'Result' })
  await form.getByLabel('Result', { exact: true }).click()
  await page.getByRole('option', { name: 'Fixed', exact: true }).click()
  await form.getByLabel('For the customer (optional)').fill('Belt replaced')
  await form.getByRole('button', { name: 'Solve' }).click()
  await page.locator('header').getByText('Solved', { exact: true }).waitFor()
  await shown('solved', '1')
  await shown('open', '0')
  const done = await api.get(`/tickets/${ticket.id}`)
  t.assert.deepEqual(
    [done.status, done.result_code, done.result_text, done.priority, done.tags],
    ['solved', 'solved_fixed', 'Belt replaced', 'urgent', ['noise']],
  )
  t.assert.ok(await marked(page), 'the page was reloaded')
}
