export const title =
  'R039 R112 R116 R120 R121 R168 R302 R303 R380 an answer is suggested, typed by its code, contradicted, corrected, read and acknowledged'

/** Writes an article and publishes it. */
async function article(api, meta, text, release = {}) {
  const a = await api.post('/articles', {
    kind: 'question',
    audience: 'internal',
    ...meta,
    draft: { texts: [{ locale: 'en', ...text }] },
  })
  return api.post(`/articles/${a.id}/publish`, release, a.version)
}

export default async function answers(t) {
  const api = await t.setUp({ locale: 'en' })
  const lin = await t.colleague(api, { name: '林薇', email: 'lin@heed.example' })
  const warranty = await article(
    api,
    { code: 'warranty', topic: 'warranty' },
    { title: 'How long is the warranty?', answer: '<p>The warranty is 12 months, {{customer.name}}.</p>' },
  )
  await article(
    api,
    { topic: 'warranty' },
    { title: 'Warranty of wear parts', answer: '<p>Wear parts are not covered.</p>' },
  )
  const ticket = await lin.post('/tickets', {
    subject: 'Question about the warranty',
    channel: 'email',
    customer: { name: 'Sarah Smith', kind: 'person', locale: 'en', emails: [{ value: 'sarah@customer.example' }] },
    message: { kind: 'incoming', text: 'How long is the warranty of my compressor?' },
  })

  // The panel suggests by the words; typing the code inserts the answer with its merge fields filled.
  const page = await t.desk(lin, `/tickets/${ticket.number}`)
  await page.locator('#side-tab-knowledge').click()
  await page
    .getByRole('button', { name: /How long is the warranty\?/ })
    .first()
    .waitFor()
  await t.accessible(page, 'the knowledge beside the ticket')
  const editor = page.getByRole('textbox', { name: 'Reply' })
  await editor.click()
  await page.keyboard.type('/warranty', { delay: 20 })
  await page.getByRole('option', { name: /How long is the warranty\?/ }).waitFor()
  await page.keyboard.press('Enter')
  await editor.getByText('The warranty is 12 months, Sarah Smith.').waitFor()
  await t.until('the use is counted', async () => (await api.get(`/articles/${warranty.id}`)).uses === 1)

  // A colleague is told what was said before, before he says something else.
  const boss = await t.desk(api, `/tickets/${ticket.number}`)
  await boss.locator('#side-tab-knowledge').click()
  await boss.getByRole('searchbox', { name: 'Search the knowledge base' }).fill('wear parts')
  await boss.getByText(/林薇 gave this customer “How long is the warranty\?” on the same topic/).waitFor()
  await boss.getByRole('button', { name: 'Insert “Warranty of wear parts”' }).click()
  await boss
    .getByText(/林薇 said something else before/)
    .first()
    .waitFor()
  await boss.getByRole('textbox', { name: 'Reply' }).getByText('Wear parts are not covered.').waitFor()

  // Lin says that it is wrong: a task for who answers for it, and the list of who got it.
  await page
    .getByRole('button', { name: /How long is the warranty\?/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Report as wrong' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('It is 24 months.')
  await page.getByRole('dialog').getByRole('button', { name: 'Report', exact: true }).click()
  await page
    .getByText(/Task: ticket \d+/)
    .first()
    .waitFor()
  await boss.goto(`${new URL(boss.url()).origin}/knowledge/${warranty.id}/recipients`)
  await boss.getByText('It is 24 months.').waitFor()
  await boss.getByRole('link', { name: 'Sarah Smith' }).waitFor()
  await t.accessible(boss, 'who got an answer')

  // The correction is published as a must-read: Lin's badge says so, and his ticket is marked.
  const now = await api.get(`/articles/${warranty.id}`)
  const draft = await api.patch(
    `/articles/${warranty.id}`,
    {
      draft: {
        texts: [{ locale: 'en', title: 'How long is the warranty?', answer: '<p>The warranty is 24 months.</p>' }],
      },
    },
    now.version,
  )
  await api.post(`/articles/${warranty.id}/publish`, { change: '24 months, not 12', must_read: true }, draft.version)
  await page.getByText(/has changed since it was answered here/).waitFor()
  await page.getByRole('link', { name: /1 to read/ }).waitFor()
  const { items } = await lin.get('/readings?state=open')
  const reading = await api.get(`/readings/${items[0].id}`)
  await api.patch(
    `/readings/${reading.id}`,
    { quiz: [{ text: { en: 'How long?' }, choices: [{ en: '12 months' }, { en: '24 months' }], right: 1 }] },
    reading.version,
  )
  await page.goto(`${new URL(page.url()).origin}/knowledge/readings/${reading.id}`)
  await page.getByText('24 months, not 12').waitFor()
  await page.getByRole('radio', { name: '12 months' }).click()
  await page.getByRole('button', { name: 'I have read and understood it' }).click()
  await page.getByText('That is not right. Read it once more.').waitFor()
  await t.accessible(page, 'a must-read')
  await page.getByRole('radio', { name: '24 months' }).click()
  await page.getByRole('button', { name: 'I have read and understood it' }).click()
  await page
    .getByText(/^Acknowledged/)
    .first()
    .waitFor()
  await boss.goto(`${new URL(boss.url()).origin}/knowledge/readings/${reading.id}`)
  await boss.getByText('50 % have acknowledged (1 of 2)').waitFor()

  // A flow is drawn, published and walked; cause and part stay on the ticket.
  await boss.goto(`${new URL(boss.url()).origin}/knowledge/flows/new`)
  await boss.getByRole('textbox', { name: 'Name' }).fill('Does not start')
  await boss.getByRole('textbox', { name: 'Question' }).fill('Is the lamp on?')
  await boss.getByRole('textbox', { name: 'Answer 1' }).fill('Yes')
  await boss.getByRole('textbox', { name: 'Answer 2' }).fill('No')
  await boss.getByRole('button', { name: 'Result', exact: true }).first().click()
  await boss.getByRole('textbox', { name: 'Cause' }).fill('The contactor is broken')
  await boss.getByRole('textbox', { name: 'Part' }).fill('LC1-D32')
  await boss.getByRole('button', { name: 'Publish' }).click()
  await boss.getByText('An answer leads nowhere.').waitFor()
  await boss.getByRole('button', { name: 'Result', exact: true }).first().click()
  await boss.getByRole('textbox', { name: 'Cause' }).nth(1).fill('No power')
  await t.accessible(boss, 'the editor of flows')
  await boss.getByRole('button', { name: 'Publish' }).click()
  await boss.getByText('Published').first().waitFor()
  await page.goto(`${new URL(page.url()).origin}/tickets/${ticket.number}`)
  await page.locator('#side-tab-knowledge').click()
  await page.getByRole('button', { name: 'Does not start' }).click()
  await page.getByRole('button', { name: 'Yes', exact: true }).click()
  await page.getByText('The contactor is broken').first().waitFor()
  const { items: walks } = await lin.get(`/tickets/${ticket.id}/walks`)
  t.assert.equal(walks[0].result.part, 'LC1-D32')
  t.assert.equal(walks[0].path[0].said, 'Yes')

  // What nobody has answered stands among the gaps.
  await lin.get(`/articles/search?q=${encodeURIComponent('deposit refund')}`)
  await page.goto(`${new URL(page.url()).origin}/knowledge/gaps`)
  await page.getByText('deposit refund').waitFor()
  await t.accessible(page, 'the gaps')
  await page.goto(`${new URL(page.url()).origin}/reports/answers`)
  await page.getByRole('link', { name: 'How long is the warranty?' }).waitFor()
  await t.accessible(page, 'the use of answers')
}
