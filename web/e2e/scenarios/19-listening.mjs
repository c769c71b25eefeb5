import { editor } from '../browser.mjs'

export const title =
  'R085 R098 R099 R102 R103 R415 R424 listening: restated, confirmed at the link, mood in the header, a word refused, the letter shown'

export default async function listening(t) {
  const api = await t.setUp({ locale: 'en' })
  await t.until('the types of a new firm', async () => (await api.get('/types')).items.length > 5)
  const types = (await api.get('/types')).items
  const complaint = types.find((x) => x.key === 'complaint')
  const fault = types.find((x) => x.key === 'fault')
  const open = async (subject, typ) =>
    api.post('/tickets', {
      subject,
      channel: 'email',
      type_id: typ.id,
      customer: { kind: 'person', name: 'Wang Fang', emails: [{ value: `${typ.key}@customer.example` }] },
      message: { kind: 'incoming', text: 'It drips and nobody calls me back!' },
    })
  const made = await open('The pump drips', complaint)
  const page = await t.desk(api, `/inbox/all/${made.id}`)
  await editor(page).waitFor()
  await page.locator('#side-tab-need').click()
  const side = page.locator('#side-panel')
  await side.getByRole('meter').waitFor()
  t.assert.equal(await side.getByLabel("In the customer's words").inputValue(), 'It drips and nobody calls me back!')
  await t.accessible(page, 'need')

  // A complaint does not go on before it was said again, and no solution before the customer agreed or somebody said why.
  const now = await api.get(`/tickets/${made.id}`)
  await t.assert.rejects(api.patch(`/tickets/${made.id}`, { status: 'in_progress' }, now.version), /422/)
  await page.getByRole('button', { name: 'Solve' }).first().click()
  await page.getByLabel(/Why go on\?/).waitFor()
  await page.mouse.move(5, 5)
  await t.accessible(page, 'solving')
  await page.getByRole('button', { name: 'Cancel' }).click()
  const restatement = side.getByLabel(/In our words/)
  await restatement.fill('The pump loses oil, and the promised call did not come.')
  await restatement.blur()
  await t.until('the restatement', async () =>
    (await api.get(`/tickets/${made.id}/need`)).restatement.startsWith('The pump'),
  )

  // How the customer is stands in the header for whoever is next.
  await side.getByRole('combobox', { name: 'Before' }).click()
  await page.getByRole('option', { name: 'Angry' }).click()
  await side.getByRole('button', { name: 'Mark', exact: true }).click()
  await page.locator('header').getByText('Calm').waitFor()

  // He is asked in the reply, and answers at the link, with no script and nobody signed in.
  await side.getByRole('button', { name: 'Ask for a yes' }).click()
  await page.getByRole('menuitem', { name: 'Put it into my reply' }).click()
  const link = editor(page).locator('a[href*="/help/confirm/"]')
  await link.waitFor()
  const href = await link.getAttribute('href')
  const his = await t.page({ locale: 'en', script: false })
  await his.goto(href)
  await his.getByText('The pump loses oil, and the promised call did not come.').waitFor()
  await his.getByRole('button', { name: /^Yes/ }).click()
  await side.getByText('Confirmed by the customer, Wang Fang').waitFor()
  await page.locator('header').getByText('Need confirmed').waitFor()

  // A forbidden word is told while it is written, and keeps the reply from going.
  await editor(page).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('Dear Ms Wang, that was a stupid mistake of ours. Kind regards')
  await page
    .getByText(/“stupid” is a word that we do not write/)
    .first()
    .waitFor()
  await page.keyboard.press('Control+Enter')
  await page
    .getByRole('alert')
    .getByText(/“stupid” is a word/)
    .waitFor()
  await page.getByRole('button', { name: 'Preview and check' }).click()
  const dialog = page.getByRole('dialog', { name: 'What the customer will see' })
  await dialog.getByText('that was a stupid mistake').waitFor()
  await dialog.getByText('complaint@customer.example').waitFor()
  await t.accessible(page, 'preview')
  await page.keyboard.press('Escape')
  t.assert.equal((await api.get(`/tickets/${made.id}/messages`)).items.filter((m) => m.kind === 'reply').length, 0)

  // Answers that contradict each other are seen at once, and stay with what was decided.
  const other = await open('It does not start', fault)
  await page.goto(`/inbox/all/${other.id}`)
  await editor(page).waitFor()
  await page.locator('#side-tab-need').click()
  await side
    .getByRole('group', { name: /always or sometimes/ })
    .getByRole('button', { name: 'Sometimes' })
    .click()
  await side
    .getByRole('group', { name: /still run/ })
    .getByRole('button', { name: 'No', exact: true })
    .click()
  await side.getByText(/These do not go together/).waitFor()
  await t.accessible(page, 'conflict')
  const settled = side.getByLabel('How it was settled')
  await settled.fill('It runs after a pause of an hour')
  await settled.blur()
  await t.until('the resolution', async () => (await api.get(`/tickets/${other.id}/need`)).conflicts[0]?.resolution)

  // By the links, so that no request under way is cut off.
  for (const [links, name, text] of [
    [['Settings', 'Wording'], 'Wording', 'shut up'],
    [['Reports', 'Listening'], 'Listening', 'Change of mood'],
  ]) {
    for (const link of links) await page.getByRole('link', { name: link, exact: true }).first().click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.getByText(text).first().waitFor()
    await t.accessible(page, name)
  }
}
