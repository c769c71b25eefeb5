export const title =
  'R306 R307 a new ticket in one box: a customer found by phone in another writing, another registered on the spot'

export default async function newTicket(t) {
  const api = await t.setUp({ locale: 'en' })
  await api.post('/customers', {
    kind: 'person',
    name: '王芳',
    phones: [{ value: '+86 138 0013 8000' }],
  })
  const page = await t.desk(api, '/inbox/open')
  await page.getByText('Nothing open').waitFor()
  const dialog = page.getByRole('dialog', { name: 'New ticket' })
  const find = dialog.getByRole('combobox', { name: 'Name, phone or e-mail' })
  const open = async () => {
    await page.keyboard.press('c')
    await dialog.waitFor()
    await dialog.locator('[role=combobox]:focus').waitFor()
  }

  // Kept as +8613800138000; typed as people write it, or only its end.
  await open()
  for (const writing of ['0086-138-0013-8000', '13800138000', '138 0013 8000', '8000', 'wangfang', 'wf']) {
    await find.fill(writing)
    await dialog.getByRole('option', { name: /王芳.*138 0013 8000/s }).waitFor()
    await find.fill('')
    await dialog.getByRole('option', { name: /王芳/ }).waitFor({ state: 'detached' })
  }
  await find.fill('(+86) 138-0013-8000')
  await dialog.getByRole('option', { name: /王芳/ }).waitFor()
  await page.keyboard.press('Enter')
  await dialog.getByText('王芳', { exact: true }).waitFor()
  await dialog.getByLabel('Subject').fill('Handpiece gets hot')
  await dialog.getByLabel('What the customer said').fill('After ten minutes it is too hot to hold.')
  await page.keyboard.press('Control+Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Handpiece gets hot' }).waitFor()
  await page.getByRole('log').getByText('After ten minutes it is too hot to hold.').waitFor()
  await page.getByRole('complementary').getByRole('link', { name: '王芳' }).waitFor()

  // Nobody known: registered right here, what was typed is kept.
  await page.getByRole('heading', { name: 'Handpiece gets hot' }).click()
  await open()
  await find.fill('(202) 555-0143')
  await dialog.getByRole('option', { name: /Register .* as a new customer/ }).click()
  t.assert.equal(await dialog.getByLabel('Phone').inputValue(), '(202) 555-0143')
  await dialog.getByLabel('Subject').fill('Wants a price list')
  await dialog.getByRole('button', { name: 'Register', exact: true }).click()
  await dialog.getByText('Give a name').waitFor()
  await dialog.getByLabel('Name').fill('Dana Ortiz')
  await dialog.getByLabel('Phone').fill('+1 (202) 555-0143')
  await dialog.getByRole('button', { name: 'Register', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Wants a price list' }).waitFor()
  const { customers: items } = await api.get('/lookup?phone=%2B12025550143')
  t.assert.deepEqual(
    items.map((c) => [c.name, c.phones[0].value]),
    [['Dana Ortiz', '+12025550143']],
  )
  t.assert.equal((await api.get('/customers')).items.length, 2)

  // One person twice by the same address is asked about, and can be avoided.
  await api.patch(`/customers/${items[0].id}`, { emails: [{ value: 'dana@customer.example' }] }, items[0].version)
  await page.getByRole('heading', { name: 'Wants a price list' }).click()
  await open()
  await find.fill('dana2@customer.example')
  await dialog.getByRole('option', { name: /Register .* as a new customer/ }).click()
  await dialog.getByLabel('Name').fill('D. Ortiz')
  await dialog.getByLabel('E-mail').fill('dana@customer.example')
  await dialog.getByLabel('Subject').fill('Second call')
  page.provoked.push(/status of 409/)
  await dialog.getByRole('button', { name: 'Register', exact: true }).click()
  await dialog.getByText('This e-mail address already belongs to “Dana Ortiz”.').waitFor()
  await dialog.getByRole('button', { name: 'Use that customer' }).click()
  await dialog.getByRole('button', { name: 'Register', exact: true }).click()
  await page.getByRole('heading', { name: 'Second call' }).waitFor()
  t.assert.equal((await api.get('/customers')).items.length, 2)
}
