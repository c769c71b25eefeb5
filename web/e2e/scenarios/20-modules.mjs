export const title = 'R295 a module is switched off without dead ends, and its data is back when it is on again'

export default async function modules(t) {
  const api = await t.setUp({ locale: 'en' })
  const names = { en: 'Compressor HG-15A' }
  const product = await api.post('/products', { code: 'HG-15A', names, status: 'active' })
  const { id } = await api.post('/tickets', { subject: 'How much is it?', channel: 'phone' })
  const bo = await t.colleague(api, { name: 'Bo Lin', email: 'bo@heed.example' })
  const his = await t.desk(bo, `/inbox/open/${id}`)
  const nav = his.getByRole('navigation', { name: 'Main navigation' })
  await nav.getByRole('link', { name: 'Products' }).waitFor()
  await his.getByRole('tab', { name: 'Offer' }).waitFor()

  const page = await t.desk(api, '/settings/modules')
  await page.getByRole('switch', { name: 'Products and prices' }).waitFor()
  await t.accessible(page, 'modules')
  await page.getByRole('switch', { name: 'Products and prices' }).click()
  // The colleague's open page follows by itself: menu, tab and API.
  await nav.getByRole('link', { name: 'Products' }).waitFor({ state: 'detached' })
  await nav.getByRole('link', { name: 'Dealers' }).waitFor()
  const refused = await bo.get(`/products/${product.id}`).catch((e) => e)
  t.assert.equal(refused.status, 404)
  t.assert.equal(refused.body.key, 'module.off')
  await his.goto('/products')
  await his.getByText('The address may be wrong, or what was here is gone.').waitFor()

  await page.getByRole('switch', { name: 'Products and prices' }).click()
  await nav.getByRole('link', { name: 'Products' }).click()
  await his.getByText('Compressor HG-15A').waitFor()
  t.assert.equal((await bo.get(`/products/${product.id}`)).code, 'HG-15A')
}
