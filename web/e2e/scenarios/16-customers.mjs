export const title =
  'R048 R051 R052 R062 R173 R306 R307 R405 one page of a customer: the head, a warning before dialling, the chain, a merge and its undo'

export default async function customers(t) {
  const api = await t.setUp({ locale: 'en' })
  const firm = await api.post('/customers', { kind: 'organization', name: 'Harbour Dental' })
  await api.post('/customers', { kind: 'organization', name: 'North Retail', chain_role: 'retailer' })
  const wang = await api.post('/customers', {
    name: '王芳',
    salutation: '王医生',
    since: '2019-05-01',
    tier: 'gold',
    phones: [{ value: '+86 138 0013 8000' }],
    organization_ids: [{ id: firm.id, title: 'Dentist', roles: ['user', 'decision_maker'] }],
    // Never now, whatever the clock says: the hours that he likes are one minute of the night.
    preferences: [
      { kind: 'time', channel: 'phone', not_before: '03:00', not_after: '03:01', text: 'sleeps', warn: true },
    ],
  })
  const twin = await api.post('/customers', { name: '王芳', phones: [{ value: '+86 138 0013 8000' }] })
  const old = await api.post('/tickets', { subject: 'Chair squeaks', channel: 'phone', customer_id: wang.id })
  const other = await api.post('/tickets', { subject: 'Lamp is dark', channel: 'phone', customer_id: twin.id })

  const page = await t.desk(api, `/customers/${wang.id}`)
  const head = page.getByRole('region', { name: 'Who it is at a glance' })
  for (const text of ['王医生', 'May 1, 2019', 'Gold', 'New to us']) await head.getByText(text).first().waitFor()
  await head.getByRole('link', { name: 'Chair squeaks' }).first().waitFor()
  await head.getByText(/Not (before|after) 03:0/).waitFor()
  await page.getByText('Dentist · User · Decision maker').waitFor()
  await t.accessible(page, 'the page of a customer')

  // Dialling against his liking is asked about first.
  await page.getByRole('link', { name: '138 0013 8000' }).click()
  const call = page.getByRole('dialog')
  await call.getByText(/Not (before|after) 03:0/).waitFor()
  await call.getByRole('button', { name: 'Not now' }).click()
  await call.waitFor({ state: 'detached' })

  // Something personal is kept with consent alone.
  await page.getByRole('button', { name: 'Note something personal' }).click()
  await page.getByLabel('Hobby, family, occasion').fill('Plays chess')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Only what the customer agreed to may be kept.').waitFor()
  await page.getByLabel('The customer agreed').check()
  await page.getByLabel('How did they agree?').fill('Said so on the phone')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('agreed: Said so on the phone').waitFor()

  // The supply chain, upwards.
  await page.getByRole('tab', { name: 'Supply chain' }).click()
  await page.getByRole('button', { name: 'Link somebody' }).click()
  await page.getByRole('combobox', { name: 'Name, phone or e-mail' }).fill('north')
  await page.getByRole('option', { name: /North Retail/ }).click()
  await page.getByRole('button', { name: 'Link somebody' }).click()
  await page.getByRole('list', { name: 'Supply chain' }).getByRole('link', { name: 'North Retail' }).waitFor()
  await head.getByRole('link', { name: 'North Retail' }).waitFor()

  // Who is there twice is shown, merged with both histories, and parted again.
  const same = page.getByRole('region', { name: 'May be the same' })
  await same.getByText('same phone · same name').waitFor()
  await same.getByRole('button', { name: 'Merge with 王芳' }).click()
  const merge = page.getByRole('dialog', { name: 'Merge two records' })
  await t.accessible(page, 'the dialog for merging')
  await merge.getByRole('button', { name: 'Merge', exact: true }).click()
  await merge.waitFor({ state: 'detached' })
  await page.getByText('Has become part of this record').waitFor()
  await page.getByRole('tab', { name: 'Tickets' }).click()
  await page.getByRole('tabpanel').getByText('Lamp is dark').waitFor()
  await page.getByRole('tabpanel').getByText('Chair squeaks').waitFor()
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await page.getByRole('tabpanel').getByText('Lamp is dark').first().waitFor()
  await page.goto(`/customers/${twin.id}`)
  await page.waitForURL(new RegExp(`/customers/${wang.id}$`))
  await page.getByRole('button', { name: 'Undo the merge with 王芳' }).click()
  await same.getByText('same phone · same name').waitFor()
  await t.until('the ticket to go back', async () => (await api.get(`/tickets/${other.id}`)).customer.id === twin.id)
  t.assert.equal((await api.get(`/tickets/${old.id}`)).customer.id, wang.id)

  // His preferences are edited, each with its error beside it.
  await page.goto(`/customers/${wang.id}/edit`)
  await page.getByRole('button', { name: 'Add a preference' }).click()
  await t.accessible(page, 'the form of a customer')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Please fill this in.').waitFor()
  await page.getByLabel('Not before, preference 2').fill('10:00')
  await page.getByLabel('Words of preference 2').fill('on the shop floor')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('on the shop floor').waitFor()

  // Who is about to be registered again is named while one types.
  await page.goto('/customers/new')
  await page.getByLabel('Name', { exact: true }).fill('王芳')
  await page.getByText('2 of that name are registered already:').waitFor()
  await t.accessible(page, 'the form of a new customer')
  await page.goto(`/customers/${wang.id}`)
  await page.getByText('Dentist · User · Decision maker').waitFor()

  // The one box finds by a ticket's number, and offers who gives no name.
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog', { name: 'New ticket' })
  const find = dialog.getByRole('combobox', { name: 'Name, phone or e-mail' })
  await find.fill(old.number)
  await dialog.getByRole('option', { name: /Chair squeaks/ }).click()
  await dialog.getByText(/Not (before|after) 03:0/).waitFor()
  await dialog.getByRole('button', { name: 'Another customer' }).click()
  await find.fill('who')
  await dialog.getByRole('option', { name: 'Anonymous caller' }).click()
  await dialog.getByLabel('Subject').fill('Asks for a price')
  await page.keyboard.press('Control+Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('complementary').getByRole('link', { name: 'Anonymous caller' }).waitFor()
}
