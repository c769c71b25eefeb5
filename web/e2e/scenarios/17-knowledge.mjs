export const title =
  'R111 R115 R116 R117 R252 R300 R416 an article is written, reviewed, published, found, changed and compared, and who to ask is shown'

export default async function knowledge(t) {
  const api = await t.setUp({ locale: 'en' })
  const lin = await t.colleague(api, { name: '林薇', email: 'lin@heed.example' })
  const page = await t.desk(lin, '/knowledge')
  await page.getByRole('button', { name: 'Write an article' }).first().click()

  // A fault with what it may come from; what is missing stands beside its field.
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByText('Please fill this in.').first().waitFor()
  await page.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Fault' }).click()
  await page.getByRole('textbox', { name: 'Title (English)' }).fill('Oil below the compressor')
  await page
    .getByRole('textbox', { name: 'Standard answer (English)' })
    .fill('Stop the machine and look at the shaft seal.')
  await page.getByRole('textbox', { name: 'Symptoms (English)' }).fill('a puddle of oil\nthe level falls')
  await page.getByRole('button', { name: 'Add a cause' }).click()
  await page.getByRole('textbox', { name: 'Cause 1', exact: true }).fill('worn shaft seal')
  await page.getByRole('textbox', { name: 'Cause 1: Cure 1' }).fill('replace the seal')
  await page.getByRole('textbox', { name: 'Other words for it (English)' }).fill('leakage, 漏油')
  await t.accessible(page, 'the editor')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.waitForURL(/\/knowledge\/\d+\/edit/)
  const id = Number(/\/knowledge\/(\d+)/.exec(page.url())[1])

  // Its writer hands it to who reviews, who publishes it.
  await page.getByRole('button', { name: 'Submit for review' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Note for the reviewer' }).fill('checked on site')
  await page.getByRole('dialog').getByRole('button', { name: 'Submit for review' }).click()
  await page.getByText('In review').first().waitFor()
  const boss = await t.desk(api, `/knowledge/${id}`)
  await boss.getByText('The writer says: checked on site').waitFor()
  await boss.getByRole('button', { name: 'Publish…' }).click()
  await t.accessible(boss, 'the dialog that publishes')
  await boss.getByRole('dialog').getByLabel('What changed').fill('First version')
  await boss.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click()
  await boss.getByText('Version 1, in force since').waitFor()
  await boss.getByText('worn shaft seal').waitFor()
  await t.accessible(boss, 'an article')

  // Found by a word that means the same, in the other language; its word of the trade and who knows about it stand above.
  await api.post('/glossary', { names: { en: 'shaft seal' }, definitions: { en: 'Keeps the oil inside the air end.' } })
  const me = await api.get('/session')
  await api.post('/experts', { agent_id: me.agent.id, subjects: ['shaft seal'], note: 'mornings' })
  await page.goto(`${new URL(page.url()).origin}/knowledge?q=${encodeURIComponent('漏油 shaft seal')}`)
  await page.getByText('Keeps the oil inside the air end.').waitFor()
  await page.getByText('mornings').waitFor()
  await t.accessible(page, 'the search')
  await page.getByRole('link', { name: /Oil below the compressor/ }).click()

  // The next version takes its place, and the difference can be read.
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('textbox', { name: 'Title (English)' }).fill('Oil under the compressor')
  await page.keyboard.press('Control+s')
  await page.getByRole('button', { name: 'Submit for review' }).waitFor()
  const now = await api.get(`/articles/${id}`)
  await api.post(`/articles/${id}/publish`, { change: 'Clearer title' }, now.version)
  await page.goto(`${new URL(page.url()).origin}/knowledge/${id}/versions`)
  await page.getByText('Clearer title').waitFor()
  await page.locator('ins', { hasText: 'under' }).waitFor()
  await page.locator('del', { hasText: 'below' }).waitFor()
  await t.accessible(page, 'the versions')

  // Past its review date it stands on the list until somebody has looked.
  const dated = await api.get(`/articles/${id}`)
  await api.patch(`/articles/${id}`, { review_by: '2020-01-01T00:00:00Z' }, dated.version)
  await page.goto(`${new URL(page.url()).origin}/knowledge/stale`)
  await page.getByText('Oil under the compressor').waitFor()
  await t.accessible(page, 'the stale list')
  await page.getByRole('button', { name: 'Checked' }).click()
  await page.getByText('Everything is up to date').waitFor()
}
