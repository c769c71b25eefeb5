import { type Problem, type Query, toProblem, url } from '@/api/client'
import { uid } from '@/lib/uid'

export interface Counts {
  rows: number
  read: number
  new: number
  changed: number
  same: number
  duplicate: number
  bad: number
}

export type ImportState = 'new' | 'checking' | 'checked' | 'running' | 'done' | 'failed' | 'cancelled'

export interface Import {
  id: number
  kind: string
  file: string
  bytes: number
  format: string
  encoding: string
  delimiter: string
  headers: string[]
  sample: string[][]
  mapping: Record<string, number>
  state: ImportState
  why: string
  counts: Counts
  by_name: string
  at: string
  ended_at: string | null
  version: number
}

export interface ImportKind {
  kind: string
  columns: { key: string; name: string; required: boolean }[]
}

export interface BadRow {
  n: number
  line: number
  kind: 'bad' | 'duplicate'
  problems: { column: string; name: string; text: string }[]
  cells: string[]
}

/** The tables that can be taken out whole, in the order in which they are shown. */
export const exported = [
  'customers',
  'organizations',
  'tickets',
  'products',
  'prices',
  'dealers',
  'articles',
  'readings',
  'answers',
  'agents',
]

export const busyState = (s: ImportState) => s === 'checking' || s === 'running'

export const tone = {
  new: 'neutral',
  checking: 'info',
  checked: 'info',
  running: 'info',
  done: 'success',
  failed: 'error',
  cancelled: 'neutral',
} as const

/** Where a list with its filter is taken out. */
export const exportUrl = (kind: string, format: 'csv' | 'xlsx', query: Query = {}) =>
  url(`/exports/${kind}.${format}`, query)

/** Sends a table with progress (0…1). */
export function send(kind: string, file: File, onProgress: (part: number) => void): Promise<Import> {
  return new Promise((resolve, reject: (p: Problem) => void) => {
    const xhr = new XMLHttpRequest()
    xhr.open('POST', url('/imports', { kind }))
    xhr.setRequestHeader('Accept', 'application/json')
    xhr.setRequestHeader('Accept-Language', document.documentElement.lang)
    xhr.setRequestHeader('Idempotency-Key', uid())
    xhr.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total)
    xhr.onerror = () => reject(toProblem(0, { key: 'network' }))
    xhr.onload = () => {
      let body: unknown
      try {
        body = JSON.parse(xhr.responseText)
      } catch {
        body = undefined
      }
      if (xhr.status >= 200 && xhr.status < 300) return resolve(body as Import)
      reject(toProblem(xhr.status, body))
    }
    const form = new FormData()
    form.append('file', file, file.name)
    xhr.send(form)
  })
}

/** How long it will still take, in seconds; undefined while that cannot be told. */
export function secondsLeft(read: number, rows: number, elapsed: number): number | undefined {
  if (elapsed < 3 || read < 500 || rows <= read) return undefined
  return Math.ceil(((rows - read) * elapsed) / read)
}
