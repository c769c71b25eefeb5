// Starts a built heed on a free port with a data folder of its own, and does what every scenario needs first.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
export const binary = process.env.E2E_HEED ?? join(root, 'bin/heed')

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
  const deadline = Date.now() + 20_000
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
      throw new Error(`heed was not ready in 20 s:\n${out}`)
    }
    await new Promise((r) => setTimeout(r, 50))
  }
  const link = () => {
    const m = out.match(/https?:\/\/[^\s"]+(\/setup\?token=[^\s"]+)/)
    return m ? url + m[1] : undefined
  }
  while (!link() && Date.now() < deadline && !args.includes('--demo')) await new Promise((r) => setTimeout(r, 50))
  return { url, data, setup: link(), log: () => out, stop }
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
    if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${text}`)
    return json
  }
  return {
    get: (p) => call('GET', p),
    post: (p, b = {}) => call('POST', p, b),
    patch: (p, b, version) => call('PATCH', p, b, version === undefined ? {} : { 'If-Match': `"${version}"` }),
    put: (p, b) => call('PUT', p, b),
    delete: (p) => call('DELETE', p),
    cookie: () => cookie,
  }
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
  return api
}
