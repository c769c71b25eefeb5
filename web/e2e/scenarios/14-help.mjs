export const title =
  'R038 R103 R117 R298 R305 the help centre: search, article, helpful; a form with a photo; locator; pages behind links; no script, three languages, light and dark'

const photo = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

async function publish(api, body, texts) {
  const a = await api.post('/articles', { audience: 'public', draft: { texts }, ...body })
  await api.post(`/articles/${a.id}/publish`, {}, a.version)
  return a
}

const text = (locale, title, answer, more = {}) => ({ locale, title, answer: `<p>${answer}</p>`, ...more })

export default async function help(t) {
  const api = await t.setUp({ locale: 'zh-CN' })
  const product = await api.post('/products', {
    code: 'HG-37',
    names: { 'zh-CN': '螺杆空压机 HG-37', en: 'Screw compressor HG-37' },
    status: 'active',
  })
  const causes = [{ cause: '轴封磨损', cures: [{ cure: '更换轴封' }] }]
  await publish(api, { kind: 'fault', product_ids: [product.id] }, [
    text('zh-CN', '空压机底部漏油', '先停机，再看油位。', { symptoms: ['地上有油'], causes }),
    text('en', 'Oil leak below the compressor', 'Stop it first, then look at the oil level.', {
      symptoms: ['Oil on the floor'],
      causes: [{ cause: 'Worn shaft seal', cures: [{ cure: 'Change the seal' }] }],
    }),
  ])
  await publish(api, { kind: 'policy' }, [text('zh-CN', '保修期多长', '整机保修期一年。')])
  await publish(api, { kind: 'policy', audience: 'internal' }, [text('zh-CN', '保修的内部说明', '只给同事看。')])
  const dealer = await api.post('/dealers', {
    name: '苏州恒泰',
    city: '苏州',
    phone: '0512 6666 1234',
    email: 'shop@dealer.example',
    locale: 'zh-CN',
    hours: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }],
  })
  await api.post('/dealers', { name: '过期的店', city: '苏州', to: '2020-01-01' })
  await t.until('the types of a new firm', async () => (await api.get('/types')).items.length > 5)

  // A visitor without scripts finds an answer in the other script, and says that it helped.
  const page = await t.page({ locale: 'zh-TW', script: false })
  await page.goto('/help')
  t.assert.match(page.url(), /\/help\/zh-TW\/$/)
  await page.getByRole('heading', { name: '有什麼可以幫您？' }).waitFor()
  await page.getByRole('searchbox').fill('保修')
  await page.getByRole('button', { name: '搜尋' }).click()
  await page.getByText('保修期多长').waitFor()
  t.assert.equal(await page.getByText('内部说明').count(), 0)
  await page.getByRole('searchbox').fill('漏油')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: /空压机底部漏油/ }).click()
  await page.getByText('更换轴封').waitFor()
  t.assert.match(decodeURI(page.url()), /\/a\/\d+-空压机底部漏油$/)
  await page.getByLabel('想說的話').fill('很清楚')
  await page.getByRole('button', { name: '有幫助', exact: true }).click()
  await page.getByText('謝謝您的回饋').waitFor()
  await page.getByRole('navigation', { name: '語言' }).getByRole('link', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Oil leak below the compressor' }).waitFor()

  // Where to buy: the nearest, and nobody whose time is over.
  await page.getByRole('link', { name: 'Where to buy' }).click()
  await page.getByLabel('City').fill('上海')
  await page.getByLabel('Product').selectOption({ label: 'Screw compressor HG-37' })
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByText('苏州恒泰').waitFor()
  await page.getByText(/\d+ km/).waitFor()
  t.assert.equal(await page.getByText('过期的店').count(), 0)

  // The form: a kind with its questions, an error beside the field, a photo that stays, and the number.
  await page.getByRole('link', { name: 'Contact us' }).first().click()
  await page.getByLabel('In your own words').fill('It leaks since yesterday.\nThere is oil everywhere.')
  await page.getByLabel('Kind of request').selectOption({ label: 'Machine fault' })
  await page.getByRole('button', { name: 'Show its questions' }).click()
  const stands = page.getByRole('group', { name: 'Does the machine stand still?' })
  await stands.getByLabel('No').check()
  await page.getByLabel('Product', { exact: true }).selectOption({ label: 'Screw compressor HG-37' })
  await page.getByLabel('E-mail').fill('wang@')
  await page.getByLabel('Your name').fill('Wang Fang')
  await page.getByLabel('Add files').setInputFiles({ name: 'plate.png', mimeType: 'image/png', buffer: photo })
  await page.getByRole('button', { name: 'Send' }).click()
  await page.locator('#email-error').waitFor()
  await page.getByText('plate.png').waitFor()
  t.assert.equal(
    await page.getByLabel('In your own words').inputValue(),
    'It leaks since yesterday.\nThere is oil everywhere.',
  )
  t.assert.ok(await stands.getByLabel('No').isChecked())
  await page.getByLabel('E-mail').fill('wang@customer.example')
  await page.waitForTimeout(3100) // the form takes nothing from whoever is quicker than a person
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('heading', { name: 'Thank you, we have it' }).waitFor()
  const number = (await page.locator('.number').textContent()).trim()
  const found = (await api.get('/tickets?view=open&channel=web')).items.find((x) => x.number === number)
  const ticket = await api.get(`/tickets/${found.id}`)
  t.assert.equal(ticket.channel, 'web')
  t.assert.equal(ticket.product_id, product.id)
  t.assert.match(ticket.symptom, /Does the machine stand still\? No/)
  const said = await api.get(`/tickets/${found.id}/messages`)
  t.assert.equal(said.items[0].attachments[0].name, 'plate.png')
  const need = await api.get(`/tickets/${found.id}/need`)
  t.assert.equal(need.own_words, 'It leaks since yesterday.\nThere is oil everywhere.')
  t.assert.equal(need.restatement, '')

  // He confirms how we have understood him; a dealer takes the matter.
  await api.put(
    `/tickets/${found.id}/need`,
    { restatement: 'Oil leaks below the compressor since yesterday' },
    need.version,
  )
  const { url } = await api.post(`/tickets/${found.id}/need/ask-confirmation`, { send: false })
  await page.goto(`${new URL(url).pathname}?lang=en`)
  await page.getByText('Oil leaks below the compressor since yesterday').waitFor()
  await page.getByRole('button', { name: 'Yes, that’s my problem' }).click()
  await page.getByText('You confirmed this on').waitFor()
  const sent = await api.post(`/tickets/${found.id}/referrals`, { dealer_id: dealer.id, note: '请更换轴封' })
  await page.goto(new URL(sent.link).pathname)
  await page.getByText('请更换轴封').waitFor()
  await page.getByRole('button', { name: '接受' }).click()
  await page.getByText('已接受').first().waitFor()
  await t.shot(page, 'help-referral')

  // Every page is well made, in light and dark, wide and narrow.
  const confirm = new URL(url).pathname
  for (const [dark, width, locale] of [
    [false, 1440, 'zh-CN'],
    [true, 390, 'en'],
  ]) {
    const p = await t.page({ dark, width, locale })
    p.provoked.push(/status of 404/)
    for (const path of [
      '',
      'search?q=漏油',
      'search?q=nothing-at-all',
      'a/1',
      `products`,
      `products/${product.id}`,
      'dealers?city=上海',
      'ask',
      'ask?type=machine_fault',
      'nowhere',
    ]) {
      await p.goto(`/help/${locale}/${path}`)
      await t.accessible(p, `${path || 'home'}, ${locale}, ${dark ? 'dark' : 'light'}`)
      const over = await p.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      t.assert.ok(over <= 0, `${path} is ${over} pixels too wide at ${width}`)
    }
    await p.goto(`/help/${locale}/ask?type=machine_fault`)
    await p.getByRole('button', { name: locale === 'en' ? 'Send' : '提交' }).click()
    await p.locator('#name-error').waitFor()
    await t.accessible(p, `the form with errors, ${locale}`)
    for (const path of [confirm, new URL(sent.link).pathname]) {
      await p.goto(path)
      await t.accessible(p, `${path.split('/')[2]}, ${dark ? 'dark' : 'light'}`)
    }
  }

  // At the desk it is read what he said, and said what is shown.
  const desk = await t.desk(api, '/knowledge/1')
  await desk.getByText('很清楚').waitFor()
  await desk.goto('/settings/portal')
  await desk.getByLabel('客户电话').fill('021 6666 1234')
  await desk.getByRole('button', { name: '保存' }).click()
  await t.until('the number', async () => (await api.get('/portal/settings')).phone === '+862166661234')
  await t.accessible(desk, 'the settings of the help centre')
  await page.goto('/help/zh-CN/')
  await page.getByRole('link', { name: '021 6666 1234' }).first().waitFor()

  // Switched off it is not there.
  const firm = await api.get('/settings')
  await api.patch('/settings', { modules_off: { portal: [0] } }, firm.version)
  const off = await t.page({ locale: 'en' })
  off.provoked.push(/status of 404/)
  t.assert.equal((await off.goto('/help/en/')).status(), 404)
  await off.getByRole('heading', { name: 'This page is not here' }).waitFor()
}
