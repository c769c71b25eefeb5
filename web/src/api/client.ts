import { uid } from '@/lib/uid'

/** What the server (or the network) said no with. `key` is stable, `detail` is already in the reader's language. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly key: string,
    readonly detail: string,
    /** Field name → message, for forms. */
    readonly fields: Record<string, string> = {},
    /** Everything else the server put in, such as `customer_id` or `limit`. */
    readonly params: Record<string, unknown> = {},
    /** Seconds to wait, where the server said so. */
    readonly retryAfter = 0,
  ) {
    super(detail || key)
    this.name = 'Problem'
  }
  /** True when trying the same again later may work. */
  get transient() {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

export function isProblem(e: unknown, key?: string): e is Problem {
  return e instanceof Problem && (!key || e.key === key)
}

export type Query = Record<string, string | number | boolean | null | undefined | (string | number)[]>

export interface RequestOptions {
  query?: Query
  body?: unknown
  /** The version that the edit was made on; sent as If-Match. */
  version?: number
  /** The client id of a create; sent as Idempotency-Key. Made up per call when left out. */
  key?: string
  signal?: AbortSignal
  /** Milliseconds until the call is given up (default 30 s). */
  timeout?: number
}

const hooks: { locale: () => string; unauthenticated: () => void } = {
  locale: () => document.documentElement.lang,
  unauthenticated: () => {},
}

/** Told once at start: what to do when a call finds that the session is over. */
export function onUnauthenticated(fn: () => void) {
  hooks.unauthenticated = fn
}

export function url(path: string, query?: Query): string {
  const q = new URLSearchParams()
  for (const [k, v] of Object.entries(query ?? {})) {
    if (v === undefined || v === null || v === '') continue
    for (const one of Array.isArray(v) ? v : [v]) q.append(k, String(one))
  }
  const s = q.toString()
  return `/api/v1${path}${s ? `?${s}` : ''}`
}

interface WireProblem {
  type?: string
  title?: string
  detail?: string
  key?: string
  errors?: { location?: string; field?: string; key?: string; message?: string }[]
  [k: string]: unknown
}

export function toProblem(status: number, body: unknown, retryAfter = 0): Problem {
  const p = (body && typeof body === 'object' ? body : {}) as WireProblem
  const fields: Record<string, string> = {}
  for (const e of p.errors ?? []) {
    const name = e.field ?? (e.location ?? '').replace(/^body\./, '')
    if (name && !(name in fields)) fields[name] = e.message ?? ''
  }
  const { type, title, detail, key, errors, status: _status, params, ...rest } = p
  const name = key ?? type?.replace(/^urn:heed:fault:/, '') ?? `http_${status}`
  const inner = (typeof params === 'object' && params ? params : {}) as Record<string, unknown>
  const wait = retryAfter || Number(p.retry_after ?? inner.retry_after ?? 0)
  return new Problem(status, name, detail ?? title ?? '', fields, { ...rest, ...inner }, wait)
}

async function call<T>(method: string, path: string, o: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': hooks.locale() }
  if (o.body !== undefined) headers['Content-Type'] = 'application/json'
  if (o.version !== undefined) headers['If-Match'] = `"${o.version}"`
  if (method === 'POST') headers['Idempotency-Key'] = o.key ?? uid()
  const limit = AbortSignal.timeout(o.timeout ?? 30_000)
  let res: Response
  try {
    res = await fetch(url(path, o.query), {
      method,
      headers,
      credentials: 'same-origin',
      body: o.body === undefined ? undefined : JSON.stringify(o.body),
      signal: o.signal ? AbortSignal.any([o.signal, limit]) : limit,
    })
  } catch (e) {
    if (o.signal?.aborted) throw e
    throw new Problem(0, 'network', '')
  }
  if (res.ok) {
    if (res.status === 204 || res.headers.get('Content-Length') === '0') return undefined as T
    const text = await res.text()
    return (text ? JSON.parse(text) : undefined) as T
  }
  let body: unknown
  try {
    body = await res.json()
  } catch {
    body = undefined
  }
  const problem = toProblem(res.status, body, Number(res.headers.get('Retry-After') ?? 0))
  if (res.status === 401 && problem.key === 'unauthenticated') hooks.unauthenticated()
  throw problem
}

export const api = {
  get: <T>(path: string, o?: RequestOptions) => call<T>('GET', path, o),
  post: <T>(path: string, body?: unknown, o?: RequestOptions) => call<T>('POST', path, { ...o, body: body ?? {} }),
  put: <T>(path: string, body?: unknown, o?: RequestOptions) => call<T>('PUT', path, { ...o, body: body ?? {} }),
  patch: <T>(path: string, body: unknown, o?: RequestOptions) => call<T>('PATCH', path, { ...o, body }),
  delete: <T>(path: string, o?: RequestOptions) => call<T>('DELETE', path, o),
}

/** Uploads one file with progress (0…1). fetch cannot report upload progress, so this is XMLHttpRequest. */
export function upload<T>(file: File, onProgress: (part: number) => void, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.open('POST', url('/attachments'))
    xhr.setRequestHeader('Accept', 'application/json')
    xhr.setRequestHeader('Accept-Language', hooks.locale())
    xhr.setRequestHeader('Idempotency-Key', uid())
    xhr.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total)
    xhr.onerror = () => reject(new Problem(0, 'network', ''))
    xhr.onabort = () => reject(new DOMException('aborted', 'AbortError'))
    xhr.onload = () => {
      let body: unknown
      try {
        body = JSON.parse(xhr.responseText)
      } catch {
        body = undefined
      }
      if (xhr.status >= 200 && xhr.status < 300) return resolve(body as T)
      if (xhr.status === 401) hooks.unauthenticated()
      reject(toProblem(xhr.status, body))
    }
    signal?.addEventListener('abort', () => xhr.abort())
    const form = new FormData()
    form.append('file', file, file.name)
    xhr.send(form)
  })
}
