export const title =
  'R117 R306 search in Chinese, simplified finds traditional and the reverse, two characters; in English; the palette'

export default async function search(t) {
  const api = await t.setUp({ locale: 'en' })
  await api.post('/tickets', {
    subject: '牙椅液壓漏油',
    channel: 'phone',
    customer: { kind: 'person', name: '陳志豪', phones: [{ value: '+886 2 5550 0142' }] },
    message: { kind: 'incoming', text: '診間的牙椅從昨天開始漏油，請盡快派工程師。' },
  })
  await api.post('/tickets', {
    subject: '压缩机异响',
    channel: 'email',
    customer: { kind: 'person', name: '刘建国', emails: [{ value: 'liu@kehu.example' }] },
    message: { kind: 'incoming', text: '空压机启动时有金属摩擦声，温度也偏高。' },
  })
  await api.post('/tickets', {
    subject: 'Suction hose torn',
    channel: 'email',
    customer: { kind: 'person', name: 'Margaret Osei', emails: [{ value: 'margaret@clinic.example' }] },
    message: { kind: 'incoming', text: 'The hose tore while cleaning the spittoon valve.' },
  })
  await t.until('the index', async () => (await api.get('/search?q=spittoon&in=all')).items.length === 1)

  const page = await t.desk(api, '/search')
  const box = page.getByRole('searchbox', { name: 'Search' })
  const found = page.getByRole('main').getByRole('listitem')
  const look = async (q, scope, text) => {
    await box.fill(q)
    await box.press('Enter')
    await page.getByRole('tab', { name: scope }).click()
    const hit = found.filter({ hasText: text }).first()
    await hit.waitFor()
    if (scope === 'Messages') await hit.locator('mark').first().waitFor() // what fits is shown in its place
  }
  await look('漏油', 'Tickets', '牙椅液壓漏油') // two characters
  await look('液压', 'Tickets', '牙椅液壓漏油') // simplified finds traditional
  await look('壓縮機', 'Tickets', '压缩机异响') // traditional finds simplified
  await look('溫度', 'Messages', '温度也偏高')
  await look('诊间', 'Messages', '診間的牙椅')
  await look('陈志', 'Customers', '陳志豪')
  await look('hose', 'Tickets', 'Suction hose torn')
  await look('spittoon', 'Messages', 'spittoon valve')
  await look('osei', 'Customers', 'Margaret Osei')
  await box.fill('完全没有的词')
  await box.press('Enter')
  await page.getByText('Nothing found for “完全没有的词”').waitFor()

  // The palette finds the same from everywhere, and goes there.
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('combobox', { name: 'Commands and search' })
  await palette.fill('漏油')
  await page
    .getByRole('option', { name: /牙椅液壓漏油/ })
    .first()
    .waitFor()
  await palette.fill('margaret')
  const hit = page.getByRole('option', { name: /Margaret Osei/ }).first()
  await hit.waitFor()
  await hit.click()
  await page.waitForURL(/\/(customers|inbox)\//)
  await page.keyboard.press('Control+k')
  await palette.fill('10001')
  await page.getByRole('option', { name: 'Open ticket #10001' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '牙椅液壓漏油' }).waitFor()
  await page.keyboard.press('Control+k')
  await palette.fill('settings')
  await page.getByRole('option', { name: 'Settings' }).first().click()
  await page.waitForURL('**/settings/profile')
}
