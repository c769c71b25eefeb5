export const title =
  'a table is brought in: its columns, a check that changes nothing, every bad row named, and taken out again'

const table = [
  '客户编号,姓名,电子邮箱,手机,公司,等级',
  'K1,王芳,wang@customer.example,+86 138 0013 8000,海港牙科,金卡',
  'K2,Dana Ortiz,dana@customer.example,+1 202 555 0143,Harbour Dental,silver',
  'K3,Broken,not an address,,,',
  'K1,王芳,wang@customer.example,,,',
  'K4,Iris Lam,iris@customer.example,12,,',
].join('\r\n')

export default async function imported(t) {
  const api = await t.setUp({ locale: 'en' })
  const page = await t.desk(api, '/settings/data')
  await page.getByRole('heading', { name: 'Import', exact: true }).waitFor()
  await t.accessible(page, 'the page of data')

  // What is no table is refused with a reason.
  page.provoked.push(/status of 400/, /status of 422/)
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'picture.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('no zip at all') })
  await page.getByRole('alert').getByText('The file is damaged').waitFor()

  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(table) })
  await page.getByRole('heading', { name: 'What the columns are' }).waitFor()
  await page.getByRole('combobox', { name: 'Phone' }).getByText('手机').waitFor()
  await page.getByRole('combobox', { name: 'Organization' }).getByText('公司').waitFor()
  await t.accessible(page, 'the columns of an import')

  // The check names what is wrong, and changes nothing.
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByText('This is what an import would give.').waitFor()
  const count = (k) => page.locator(`[data-count=${k}]`).innerText()
  t.assert.deepEqual([await count('new'), await count('duplicate'), await count('bad')], ['2', '1', '2'])
  const bad = page.getByRole('region', { name: 'Rows that are not imported' })
  await bad.getByRole('row', { name: /4 E-mail This is not an e-mail address/ }).waitFor()
  await bad.getByRole('row', { name: /The same as line 2 of the file/ }).waitFor()
  await bad.getByRole('row', { name: /6 Phone/ }).waitFor()
  t.assert.equal((await api.get('/customers')).items.length, 0)
  await t.accessible(page, 'what a check has found')
  await page.setViewportSize({ width: 390, height: 800 })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  t.assert.equal(wide, false, 'the page fits a phone')
  await page.setViewportSize({ width: 1440, height: 900 })

  await page.getByRole('button', { name: 'Import without the bad rows' }).click()
  await page.getByText('Imported', { exact: true }).waitFor()
  const all = (await api.get('/customers')).items
  t.assert.deepEqual(
    all
      .filter((c) => c.kind === 'person')
      .map((c) => c.name)
      .sort(),
    ['Dana Ortiz', '王芳'],
  )
  t.assert.equal(all.find((c) => c.name === '王芳').tier, 'gold')
  t.assert.deepEqual(
    all
      .filter((c) => c.kind === 'organization')
      .map((c) => c.name)
      .sort(),
    ['Harbour Dental', '海港牙科'],
  )

  // The bad rows come back in the columns of the file, with the reason.
  const down = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download these rows (CSV)' }).click()
  const rows = await read(await down)
  t.assert.match(rows, /客户编号,姓名,电子邮箱,手机,公司,等级,Reason/)
  t.assert.match(rows, /K3,Broken,not an address,,,,E-mail: This is not an e-mail address\./)

  // The list is taken out as it is shown.
  await page.goto('/customers?tier=gold')
  await page.getByRole('button', { name: 'Export' }).click()
  const out = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Export as CSV' }).click()
  const csv = await read(await out)
  t.assert.match(csv, /王芳/)
  t.assert.doesNotMatch(csv, /Ortiz/)
}

async function read(download) {
  const parts = []
  for await (const part of await download.createReadStream()) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}
