// What changed between two texts, readable: whole words of English, single characters of Chinese.

export interface Piece {
  text: string
  kind: 'same' | 'added' | 'removed'
}

/** HTML as the lines that a reader sees. */
export function plain(html: string): string {
  const doc = new DOMParser().parseFromString(html, 'text/html')
  for (const br of doc.querySelectorAll('br')) br.replaceWith('\n')
  for (const li of doc.querySelectorAll('li')) li.prepend('• ')
  for (const el of doc.querySelectorAll('p,li,h1,h2,h3,h4,h5,h6,tr,blockquote,pre')) el.append('\n')
  return (doc.body.textContent ?? '').replace(/\n{2,}/g, '\n').trim()
}

const token = /[\p{Script=Han}]|[\p{L}\p{N}]+|\s+|[^\p{L}\p{N}\s]/gu
const most = 4_000_000 // cells of the table of the longest common row

export function diff(before: string, after: string): Piece[] {
  if (before === after) return before ? [{ text: before, kind: 'same' }] : []
  let a: string[] = before.match(token) ?? []
  let b: string[] = after.match(token) ?? []
  if (a.length * b.length > most) {
    a = before.split(/(?<=\n)/)
    b = after.split(/(?<=\n)/)
  }
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const out: Piece[] = []
  const put = (text: string, kind: Piece['kind']) => {
    if (!text) return
    const last = out.at(-1)
    if (last?.kind === kind) last.text += text
    else out.push({ text, kind })
  }
  put(a.slice(0, start).join(''), 'same')
  middle(a.slice(start, a.length - end), b.slice(start, b.length - end), put)
  put(a.slice(a.length - end).join(''), 'same')
  return out
}

function middle(a: string[], b: string[], put: (text: string, kind: Piece['kind']) => void) {
  const w = b.length + 1
  const longest = new Uint32Array((a.length + 1) * w)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * w + j] =
        a[i] === b[j] ? longest[(i + 1) * w + j + 1]! + 1 : Math.max(longest[(i + 1) * w + j]!, longest[i * w + j + 1]!)
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      put(a[i]!, 'same')
      i++
      j++
    } else if (longest[(i + 1) * w + j]! >= longest[i * w + j + 1]!) put(a[i++]!, 'removed')
    else put(b[j++]!, 'added')
  }
  while (i < a.length) put(a[i++]!, 'removed')
  while (j < b.length) put(b[j++]!, 'added')
}
