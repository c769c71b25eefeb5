// Starts a built heed on a free port with a data folder of its own, and does what every scenario needs first.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
export const binary = process.env.HEED_BIN ?? join(root, 'bin/heed')

export const admin = {
  name: '周凯',
  email: 'admin@heed.example',
  password: 'correct horse battery staple 7',
  firm: '恒源机电服务',
}

function freePort() {
  return new Promise((resolve, reject) => {
    const s = createServer()
    s.on('error', reject)
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address()
      s.close(() => resolve(port))
    })
  })
}

// Settings of whoever runs the tests must not reach the server under test.
const clean = Object.fromEntries(Object.entries(process.env).filter(([k]) => !k.startsWith('HEED_')))

/** { url, setup, log(), stop() }; `setup` is the one-time link that a first start prints. */
export async function start({ args = [], env = {} } = {}) {
  const port = await freePort()
  const data = mkdtempSync(join(tmpdir(), 'heed-e2e-'))
  const url = `http://127.0.0.1:${port}`
  const child = spawn(binary, ['serve', '--listen', `127.0.0.1:${port}`, '--data', data, ...args], {
    env: { ...clean, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  child.stdout.on('data', (b) => {
    out += b
  })
  child.stderr.on('data', (b) => {
    out += b
  })
  let ended
  child.on('exit', (code, signal) => {
    ended = signal ?? code
  })
  child.on('error', (e) => {
    ended = e.message
  })
  const stop = async () => {
    if (ended === undefined) {
      const gone = new Promise((resolve) => child.on('exit', resolve))
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 8000)
      await gone
      clearTimeout(timer)
    }
    rmSync(data, { recursive: true, force: true })
  }
  const deadline = Date.now() + (args.includes('--demo') ? 60_000 : 20_000)
  for (;;) {
    if (ended !== undefined) {
      await stop()
      throw new Error(`heed ended with ${ended} before it was ready:\n${out}`)
    }
    const ready = await fetch(`${url}/readyz`).then(
      (r) => r.ok,
      () => false,
    )
    if (ready) break
    if (Date.now() > deadline) {
      await stop()
      throw new Error(`heed was not ready in time:\n${out}`)
    }
    await new Promise((r) => setTimeout(r, 50))
  }
  const link = () => {
    const m = out.match(/https?:\/\/[^\s"]+(\/setup\?token=[^\s"]+)/)
    return m ? url + m[1] : undefined
  }
  while (!link() && Date.now() < deadline) await new Promise((r) => setTimeout(r, 50))
  return { url, data, setup: link(), log: () => out, stop }
}

/** Gives one raw mail to the mailbox, as a mail server does: `heed mail deliver` beside the running server. */
export function deliver(server, mailbox, raw) {
  return new Promise((resolve, reject) => {
    const child = execFile(
      binary,
      ['mail', 'deliver', '--data', server.data, '--mailbox', mailbox],
      { env: clean, timeout: 20_000 },
      (e, _out, err) => (e ? reject(new Error(`mail deliver: ${e.message}\n${err}`)) : resolve()),
    )
    child.stdin.end(raw.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'))
  })
}

const header = (s) => (/^[\x20-\x7e]*$/.test(s) ? s : `=?utf-8?B?${Buffer.from(s).toString('base64')}?=`)
let mails = 0

/** One mail as it comes over the wire; `html` makes it multipart/alternative. `extra` is further header lines. */
export function mail({ name, from, to, subject, text = '', html, extra = [] }) {
  mails += 1
  const part = (type, body) =>
    `Content-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${Buffer.from(body)
      .toString('base64')
      .replace(/.{76}/g, '$&\n')}\n`
  const head = [
    `From: ${name ? `${header(name)} <${from}>` : from}`,
    `To: ${to}`,
    `Subject: ${header(subject)}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${mails}.${Date.now()}@${from.split('@')[1]}>`,
    'MIME-Version: 1.0',
    ...extra,
  ].join('\n')
  if (html === undefined) return `${head}\n${part('text/plain', text)}`
  return `${head}\nContent-Type: multipart/alternative; boundary="cut"\n\n--cut\n${part('text/plain', text)}--cut\n${part('text/html', html)}--cut--\n`
}

/** Calls the API as one person. `who` keeps the cookie between calls. */
export function client(url) {
  let cookie = ''
  async function call(method, path, body, headers = {}) {
    const r = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(cookie ? { Cookie: cookie } : {}),
        Origin: url,
        'Sec-Fetch-Site': 'same-origin',
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    for (const c of r.headers.getSetCookie()) cookie = c.split(';')[0]
    const text = await r.text()
    const json = text ? JSON.parse(text) : undefined
    if (!r.ok)
      throw Object.assign(new Error(`${method} ${path}: ${r.status} ${text}`), { status: r.status, body: json })
    return json
  }
  return {
    get: (p) => call('GET', p),
    post: (p, b = {}, version) => call('POST', p, b, version === undefined ? {} : { 'If-Match': `"${version}"` }),
    patch: (p, b, version) => call('PATCH', p, b, version === undefined ? {} : { 'If-Match': `"${version}"` }),
    put: (p, b, version) => call('PUT', p, b, version === undefined ? {} : { 'If-Match': `"${version}"` }),
    delete: (p) => call('DELETE', p),
    cookie: () => cookie,
  }
}

/** Asks until `ask` gives something true, at most `ms`. For what only the API shows; a page is waited for with locators. */
export async function until(what, ask, ms = 8000) {
  const deadline = Date.now() + ms
  for (;;) {
    const got = await ask()
    if (got) return got
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms in vain for ${what}`)
    await new Promise((r) => setTimeout(r, 60))
  }
}

/** A colleague, invited and joined over the API; gives his client. */
export async function colleague(server, api, { name, email, role = 'rep', locale = 'en', team_ids = [] }) {
  const { link, agent } = await api.post('/invitations', { name, email, role, team_ids })
  const his = client(server.url)
  const token = new URL(link).pathname.split('/').pop()
  await his.post(`/invitations/${token}/accept`, { name, password: admin.password, locale, zone: 'Asia/Shanghai' })
  await his.post('/onboarding/dismiss').catch((e) => {
    if (e.status !== 403) throw e
  })
  return Object.assign(his, { id: agent.id, name, email })
}

/** The first start, done over the API: the administrator, signed in. */
export async function setUp(server, over = {}) {
  const token = new URL(server.setup).searchParams.get('token')
  const api = client(server.url)
  await api.post('/setup', {
    token,
    firm_name: admin.firm,
    name: admin.name,
    email: admin.email,
    password: admin.password,
    locale: 'zh-CN',
    zone: 'Asia/Shanghai',
    ...over,
  })
  await api.post('/onboarding/dismiss')
  return api
}
