import { row } from '../browser.mjs'
import { mail } from '../heed.mjs'

export const title = 'hostile HTML mail: nothing runs, nothing leaves; remote pictures only when asked for'

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
)
const outside = 'http://tracker.example'
const hostile = `<html><head>
<meta http-equiv="refresh" content="0;url=${outside}/refresh">
<base href="${outside}/base/">
<link rel="stylesheet" href="${outside}/style.css"><link rel="prefetch" href="${outside}/prefetch">
<style>@import url("${outside}/import.css"); body{background:url(${outside}/body.png)} @font-face{font-family:x;src:url(${outside}/font.woff)} p{font-family:x}</style>
<script>window.top.pwned='script'; fetch('${outside}/fetch')</script>
</head><body onload="top.pwned='onload'" background="${outside}/background.png">
<p>Dear support, the invoice is wrong.</p>
<img src="${outside}/pixel.png" width="1" height="1"><img src=x onerror="top.pwned='onerror'">
<img srcset="${outside}/srcset.png 1x"><picture><source srcset="${outside}/source.png"><img alt=""></picture>
<div style="background-image:url('${outside}/div.png')">x</div>
<div style="position:fixed;inset:0;z-index:99999;background:red">cover</div>
<svg onload="top.pwned='svg'"><script>top.pwned='svg-script'</script><image href="${outside}/svg.png"/><use href="${outside}/use.svg#a"/></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=top.pwned='mxss'&gt;"></table></mtext></math>
<iframe src="${outside}/frame"></iframe><iframe srcdoc="<script>top.top.pwned='srcdoc'</script>"></iframe>
<object data="${outside}/object"></object><embed src="${outside}/embed">
<video poster="${outside}/poster.png" src="${outside}/video.mp4" autoplay></video><audio src="${outside}/audio.mp3" autoplay></audio>
<form action="${outside}/form"><input name="p" autofocus onfocus="top.pwned='focus'"><button>go</button></form>
<a href="javascript:top.pwned='href'">offer</a> <a href="${outside}/link" ping="${outside}/ping">shop</a>
<details open ontoggle="top.pwned='toggle'">d</details>
<marquee onstart="top.pwned='marquee'">m</marquee>
</body></html>`

/** The mail in its frame is there, with every picture come or failed. */
async function drawn(page) {
  await page.waitForFunction(() => {
    const doc = document.querySelector('iframe')?.contentDocument
    return doc?.readyState === 'complete' && [...doc.images].every((i) => i.complete)
  })
}

export default async function hostileMail(t) {
  const api = await t.setUp({ locale: 'en' })
  await api.post('/mailboxes', { name: 'Support', address: 'support@heed.example', active: true })
  const page = await t.desk(api, '/inbox/unassigned')
  // The only server that the page may speak to is ours. What wants to go elsewhere is caught here, and counted.
  const left = []
  await page.context().route(
    (u) => !u.href.startsWith(t.server.url) && /^(https?|wss?|ftp):/.test(u.protocol),
    (r) => {
      left.push(r.request().url())
      return r.fulfill({ status: 200, contentType: 'image/png', body: pixel })
    },
  )
  // Pictures are fetched through our server, which has no way out here: they are given in its place.
  const pictures = []
  await page.context().route(`${t.server.url}/api/v1/messages/*/image?*`, (r) => {
    pictures.push(r.request().url())
    return r.fulfill({ status: 200, contentType: 'image/png', body: pixel })
  })
  page.on('dialog', (d) => {
    left.push(`dialog ${d.message()}`)
    void d.dismiss()
  })
  const run = () => page.evaluate(() => window.pwned)

  await t.deliver(
    'support@heed.example',
    mail({
      name: `<img src=x onerror=pwned='name'> "Eve"`,
      from: 'eve@tracker.example',
      to: 'support@heed.example',
      subject: `<script>pwned='subject'</script><b>Invoice</b>`,
      text: 'Dear support, the invoice is wrong.',
      html: hostile,
    }),
  )
  await row(page, 'Invoice').waitFor()
  await row(page, 'Invoice').click()
  const message = page.getByRole('log').getByRole('article')
  await message.getByText('Dear support, the invoice is wrong.').waitFor()
  await page.getByRole('heading', { name: "<script>pwned='subject'</script><b>Invoice</b>" }).waitFor()

  // In the conversation: the text, and nothing that could act.
  const bad = await message.evaluate((el) => {
    const out = []
    for (const x of el.querySelectorAll('.bg-bubble *')) {
      if (
        /^(script|style|iframe|object|embed|form|input|video|audio|link|meta|base|svg|math)$/i.test(x.tagName) &&
        !x.closest('button, p > svg')
      )
        out.push(x.tagName)
      for (const a of x.attributes)
        if (
          /^on/i.test(a.name) ||
          /^\s*javascript:/i.test(a.value) ||
          (a.name === 'style' && /url\(|position/i.test(a.value))
        )
          out.push(`${x.tagName} ${a.name}=${a.value}`)
    }
    return out
  })
  t.assert.deepEqual(bad, [])
  await message.getByText(/external images blocked/).waitFor()
  t.assert.deepEqual(left, [], 'something left before anything was asked for')

  // The original layout: in a frame that runs nothing, still without remote pictures.
  await message.getByRole('button', { name: 'Show original layout' }).click()
  const frame = page.frameLocator('iframe[title="Original mail layout"]')
  await frame.getByText('Dear support, the invoice is wrong.').waitFor()
  t.assert.equal((await page.locator('iframe').first().getAttribute('sandbox')).includes('allow-scripts'), false)
  await drawn(page)
  t.assert.deepEqual(left, [], 'the original layout called out')
  t.assert.equal(await run(), undefined)
  // It stays in its frame: the page's own controls are still what one hits.
  t.assert.equal(
    await page.evaluate(() => !!document.elementFromPoint(30, 30)?.closest('nav')),
    true,
    'the mail covers the page',
  )

  // Asked for, the pictures come, fetched by our server: the sender never learns the reader's address.
  t.assert.deepEqual(pictures, [], 'a picture was fetched unasked')
  await message.getByRole('button', { name: 'Load images' }).click()
  await t.until('the picture', () => pictures.length)
  await drawn(page)
  t.assert.deepEqual(left, [], 'the pictures called out')
  t.assert.equal(await run(), undefined, 'something ran')

  // Its raw form comes as a file, never as a page.
  const [ticket] = (await api.get('/tickets?view=all')).items
  const [m] = (await api.get(`/tickets/${ticket.id}/messages`)).items
  const head = async (path) => {
    const r = await fetch(`${t.server.url}/api/v1${path}`, { headers: { Cookie: api.cookie() } })
    await r.text()
    return r.headers
  }
  const raw = await head(`/messages/${m.id}/original`)
  t.assert.match(raw.get('content-disposition'), /^attachment/)
  t.assert.equal(raw.get('x-content-type-options'), 'nosniff')
  const body = await head(`/messages/${m.id}/body?part=full&images=0`)
  t.assert.match(body.get('content-security-policy'), /default-src 'none'|script-src 'none'/)
}
