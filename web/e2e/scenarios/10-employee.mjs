export const title = 'R064 an everyday employee: one simple page, what was logged oneself, everything else refused'

export default async function employee(t) {
  const api = await t.setUp({ locale: 'en' })
  const foreign = await api.post('/tickets', {
    subject: 'Not his business',
    channel: 'phone',
    customer: { kind: 'person', name: '王芳', phones: [{ value: '+86 138 0013 8000' }] },
    message: { kind: 'incoming', text: 'Secret of another.' },
  })
  const his = await t.colleague(api, { name: 'Tom Baker', email: 'tom@heed.example', role: 'employee' })
  const page = await t.desk(his, '/')
  await page.waitForURL('**/requests')
  await page.getByRole('heading', { name: 'My requests' }).waitFor()
  await page.getByText('You have not logged anything yet').waitFor()
  const rail = page.getByRole('navigation', { name: 'Main navigation' })
  for (const name of ['Inbox', 'Search', 'Customers']) {
    const n = await rail.getByRole('link', { name, exact: true }).count()
    t.assert.equal(n, name === 'Customers' ? n : 0, `${name} on the rail`)
  }

  // Looks a customer up, and logs what he said.
  const look = page.getByRole('combobox', { name: 'Name, phone or e-mail' })
  await look.fill('0086 13800138000')
  await page.getByRole('option', { name: /王芳/ }).click()
  await page.getByRole('link', { name: '138 0013 8000' }).waitFor()
  await page.getByRole('button', { name: 'New ticket for this customer' }).click()
  const dialog = page.getByRole('dialog', { name: 'Log a request' })
  await dialog.getByLabel('Subject').fill('Wants a call back')
  await dialog.getByLabel('What the customer said').fill('Please call after four.')
  await dialog.getByRole('button', { name: 'Register' }).click()
  await dialog.waitFor({ state: 'detached' })
  const mine = page.getByRole('link', { name: /Wants a call back/ })
  await mine.waitFor()
  await mine.getByText('Waiting to be taken').waitFor()

  // He follows what becomes of it, live.
  await mine.click()
  await page.getByText('Please call after four.').waitFor()
  const [row] = (await api.get('/tickets?view=unassigned')).items.filter((x) => x.subject === 'Wants a call back')
  const { agent } = await api.get('/session')
  await api.patch(`/tickets/${row.id}`, { owner_id: agent.id }, row.version)
  await mine.getByText(`Handled by ${agent.name}`).waitFor()
  await api.post(`/tickets/${row.id}/messages`, { kind: 'note', html: '<p>For colleagues only</p>' })
  await api.post(`/tickets/${row.id}/messages`, { kind: 'reply', html: '<p>We called.</p>', to: [] })
  await page.getByText('We called.').waitFor()
  t.assert.equal(await page.getByText('For colleagues only').count(), 0, 'an employee reads a note')

  // The rest is refused: on the page in words, by the API with 403.
  page.provoked.push(/status of 40[34]/)
  for (const path of [
    '/inbox/open',
    '/settings/people',
    '/settings/mailboxes',
    '/settings/firm',
    '/settings/jobs',
    '/search',
  ]) {
    await page.goto(path)
    await page.getByText('You may not see this').waitFor()
  }
  const status = (f) =>
    f().then(
      () => 200,
      (e) => e.status,
    )
  for (const [what, ask] of Object.entries({
    agents: () => his.post('/invitations', { name: 'X', email: 'x@heed.example', role: 'rep', team_ids: [] }),
    mailboxes: () => his.get('/mailboxes'),
    settings: () => his.patch('/settings', { firm_name: 'Mine' }, 1),
    teams: () => his.post('/teams', { name: 'Mine', private: false, member_ids: [] }),
    jobs: () => his.get('/jobs?state=dead'),
    work: () => his.patch(`/tickets/${row.id}`, { priority: 'urgent' }, row.version + 1),
    reply: () => his.post(`/tickets/${row.id}/messages`, { kind: 'reply', html: '<p>x</p>' }),
    customer: () => his.patch(`/customers/${foreign.customer_id}`, { notes: 'x' }, 1),
  }))
    t.assert.equal(await status(ask), 403, what)
  for (const path of [`/tickets/${foreign.id}`, `/tickets/${foreign.id}/messages`, `/tickets/${foreign.id}/timeline`])
    t.assert.ok([403, 404].includes(await status(() => his.get(path))), path)
  t.assert.equal(await status(() => his.get('/tickets?view=all')), 403)
  t.assert.deepEqual(
    (await his.get('/tickets?view=created_by_me')).items.map((x) => x.subject),
    ['Wants a call back'],
  )
  t.assert.deepEqual((await his.get('/search?q=business&in=all')).items, [])
  await t.until('his own in the search', async () => (await his.get('/search?q=call&in=tickets')).items.length === 1)
}
