export const title = 'first start by a link that works once; sign-out, sign-in, a wrong password told in the form'

export default async function firstRun(t) {
  const page = await t.page({ locale: 'en' })
  await page.goto(t.server.setup)
  await page.getByLabel('Name of the firm').fill('Hengyuan Service')
  await page.getByLabel('Your name').fill('Zhou Kai')
  await page.getByLabel('E-mail').fill(t.admin.email)
  const password = page.getByLabel('Password', { exact: false }).first()
  await password.fill('short')
  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByText('At least 10 characters.', { exact: true }).first().waitFor()
  await password.fill(t.admin.password)
  await page.getByRole('button', { name: 'Start' }).click()
  await page.waitForURL('**/inbox/mine')
  // The list of first steps opens by itself, once, and can be ended for good.
  await page.getByRole('heading', { name: 'First steps' }).waitFor()
  await page.getByRole('button', { name: 'Hide the list' }).click()
  await page.getByRole('heading', { name: 'First steps' }).waitFor({ state: 'detached' })

  // The same link again, elsewhere: refused, with the way on.
  const other = await t.page({ locale: 'en' })
  await other.goto(t.server.setup)
  await other.getByRole('heading', { name: 'This link no longer works' }).waitFor()

  await page.getByRole('button', { name: 'Menu of Zhou Kai' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/signin')
  await page.goto('/settings/profile')
  await page.waitForURL(/\/signin\?next=/)

  await page.getByLabel('E-mail').fill(t.admin.email)
  await page.locator('input[type=password]').fill('not the password at all')
  await page.keyboard.press('Enter')
  const form = page.locator('form')
  await form.getByText(/password is wrong/).waitFor()
  t.assert.equal(await page.getByLabel('E-mail').inputValue(), t.admin.email, 'the address stays')
  await page.locator('input[type=password]').fill(t.admin.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/settings/profile')
  t.assert.equal(await page.getByLabel('Name', { exact: true }).first().inputValue(), 'Zhou Kai')
}
