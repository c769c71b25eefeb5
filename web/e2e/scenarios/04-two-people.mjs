import { editor, row } from '../browser.mjs'

export const title = 'two people on one ticket: who else is here, an answer that overtakes, an edit that comes too late'

export default async function two(t) {
  const api = await t.setUp({ locale: 'en' })
  const his = await t.colleague(api, { name: 'Lin Wei', email: 'lin@heed.example' })
  const ticket = await api.post('/tickets', {
    subject: 'Chair does not rise',
    channel: 'email',
    customer: { kind: 'person', name: 'Ana Silva', emails: [{ value: 'ana@customer.example' }] },
    message: { kind: 'incoming', text: 'The chair stays down.' },
  })
  const hers = await t.desk(api, `/inbox/open/${ticket.id}`)
  await editor(hers).waitFor()
  const other = await t.desk(his, '/inbox/open')
  await row(other, 'Chair does not rise').click()
  await editor(other).waitFor()
  const banner = (p) => p.getByRole('status').filter({ hasText: /looking at this ticket|is answering/ })
  await banner(hers).getByText('Lin Wei is looking at this ticket').waitFor()
  await banner(other).getByText('周凯 is looking at this ticket').waitFor()
  await editor(other).click()
  await other.keyboard.type('We send somebody.')
  await banner(hers).getByText('Lin Wei is answering').waitFor()

  // She writes too; his answer goes out first, and she is told before hers does.
  await editor(hers).click()
  await hers.keyboard.type('Please switch it off and on.')
  await banner(other).getByText('周凯 is answering').waitFor()
  await other.keyboard.press('Control+Enter')
  await hers.getByRole('log').getByText('We send somebody.').waitFor()
  await hers
    .getByRole('alert')
    .getByText(/Lin Wei answered the customer/)
    .waitFor()
  await hers.keyboard.press('Control+Enter')
  await hers.getByRole('button', { name: 'Look first' }).waitFor()
  t.assert.equal((await api.get(`/tickets/${ticket.id}/messages`)).items.length, 2, 'nothing went out unasked')
  await hers.getByRole('button', { name: 'Send anyway' }).click()
  await other.getByRole('log').getByText('Please switch it off and on.').waitFor()

  // An edit made against an old state: his page does not hear of hers, so his is refused and the truth shown.
  await other.context().route('**/api/v1/events*', (r) => r.abort())
  await other.reload()
  other.provoked.push(/events/, /ERR_FAILED/)
  await editor(other).waitFor()
  const now = await api.get(`/tickets/${ticket.id}`)
  await api.patch(`/tickets/${ticket.id}`, { subject: 'Chair does not rise (room 3)' }, now.version)
  await other.getByRole('heading', { name: 'Chair does not rise' }).dblclick()
  await other.getByLabel('Subject').fill('Something else')
  await other.keyboard.press('Enter')
  await other
    .getByText(/changed .* in the meantime|meanwhile|somebody else/i)
    .first()
    .waitFor()
  await other.getByRole('heading', { name: 'Chair does not rise (room 3)' }).waitFor()
  t.assert.equal((await api.get(`/tickets/${ticket.id}`)).subject, 'Chair does not rise (room 3)')

  // When he leaves, the banner goes.
  await other.goto('/settings/profile')
  await banner(hers).waitFor({ state: 'detached' })
}
