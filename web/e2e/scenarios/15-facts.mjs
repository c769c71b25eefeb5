export const title =
  'R261 R309 R310 R311 R313 R372 a ticket gets its type, says why it is urgent, and is solved when nothing is missing'

export default async function facts(t) {
  const api = await t.setUp({ locale: 'en' })
  const types = (await api.get('/types')).items
  const installation = types.find((x) => x.key === 'installation')
  t.assert.ok(installation.fields.length > 2, 'the types are there from the first day')
  const made = await api.post('/tickets', { subject: 'Compressor to be installed', channel: 'visit', place: 'Shop 3' })
  const get = () => api.get(`/tickets/${made.id}`)
  const page = await t.desk(api, `/inbox/all/${made.id}`)
  await page.locator('#side-tab-facts').click()
  const side = page.locator('#side-panel')

  // The type is found in another language than the page's, and brings its form.
  await side.getByLabel('Type', { exact: true }).click()
  await page.getByPlaceholder('Find a type').fill('安装')
  await page.getByRole('option', { name: 'Installation' }).click()
  await side.getByText('Checklist').waitFor()
  await side.getByText('Address', { exact: true }).waitFor()
  await t.until('the type is kept', async () => (await get()).type_id === installation.id)

  // The worst severity wants a reason before it is taken.
  await side.getByRole('combobox', { name: 'Severity' }).click()
  await page.getByRole('option', { name: /^1 · / }).click()
  await side.getByLabel('Why is it the worst?').fill('The ward has no air')
  t.assert.notEqual((await get()).severity, 1)
  await side.getByRole('button', { name: 'Save' }).click()
  await side.getByText('The ward has no air').waitFor()
  const judged = await get()
  t.assert.equal(judged.severity, 1)
  t.assert.equal(judged.priority, 'urgent')

  // So does a priority that is not the rule's.
  await side.getByRole('combobox', { name: 'Priority' }).click()
  await page.getByRole('option', { name: 'Low' }).click()
  await side.getByLabel(/Why is the priority another/).fill('They wait for the building')
  await side.getByRole('button', { name: 'Save' }).click()
  await side.getByText('They wait for the building').waitFor()
  t.assert.equal((await get()).priority_by, 'person')
  await t.accessible(page, 'the facts of a ticket')
  await t.shot(page, 'facts')

  // Before it is solved: what is missing, and what such customers ask next.
  await page.getByRole('button', { name: 'Solve', exact: true }).click()
  const ask = page.locator('form').filter({ hasText: 'Usually asked next' })
  await ask.getByText('From when does the warranty run?').waitFor()
  await page.mouse.move(0, 0)
  await page.waitForTimeout(200)
  await t.accessible(page, 'what solving asks for')
  await t.shot(page, 'facts-solve')
  t.assert.equal((await get()).status, 'new')

  // The list is narrowed by the place, in any writing.
  const found = await api.get('/tickets?place=shop%203')
  t.assert.deepEqual(
    found.items.map((x) => x.id),
    [made.id],
  )

  // And the settings show both pages without a finding.
  for (const path of ['/settings/types', `/settings/types/${installation.id}`, '/settings/severities']) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForTimeout(300)
    await t.accessible(page, path)
  }
}
