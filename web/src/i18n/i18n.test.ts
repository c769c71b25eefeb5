import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

// Three languages say the same things: same keys, same placeholders; and whatever the code asks for exists.
const src = join(import.meta.dirname, '..')
const langs = ['en', 'zh-CN', 'zh-TW'] as const
const areas = readdirSync(join(src, 'i18n', 'en'))
  .filter((f) => f.endsWith('.json'))
  .map((f) => f.replace('.json', ''))
  .sort()

function flatten(o: object, prefix: string, out: Map<string, string>) {
  for (const [k, v] of Object.entries(o)) {
    const key = `${prefix}.${k}`
    if (typeof v === 'object') flatten(v, key, out)
    else out.set(key, v)
  }
  return out
}
function messages(lang: string) {
  const all = new Map<string, string>()
  for (const a of areas) flatten(JSON.parse(readFileSync(join(src, 'i18n', lang, `${a}.json`), 'utf8')), a, all)
  return all
}
const texts = Object.fromEntries(langs.map((l) => [l, messages(l)])) as Record<
  (typeof langs)[number],
  Map<string, string>
>
const placeholders = (s: string) => [...new Set(s.match(/\{[^}']+\}/g) ?? [])].sort().join(' ')

function* sources(dir: string): Generator<string> {
  for (const e of readdirSync(dir, { withFileTypes: true })) {
    const p = join(dir, e.name)
    if (e.isDirectory()) yield* sources(p)
    else if (/\.(vue|ts)$/.test(e.name) && !/\.test\.ts$/.test(e.name)) yield p
  }
}

describe('the three languages', () => {
  it.each(['zh-CN', 'zh-TW'] as const)('%s has exactly the keys of en', (lang) => {
    const missing = [...texts.en.keys()].filter((k) => !texts[lang].has(k))
    const extra = [...texts[lang].keys()].filter((k) => !texts.en.has(k))
    expect({ missing, extra }).toEqual({ missing: [], extra: [] })
  })

  it.each(['zh-CN', 'zh-TW'] as const)('%s has the placeholders of en', (lang) => {
    const off = [...texts.en].filter(([k, v]) => placeholders(v) !== placeholders(texts[lang].get(k) ?? ''))
    expect(off.map(([k]) => k)).toEqual([])
  })

  it('no text is empty', () => {
    expect(langs.flatMap((l) => [...texts[l]].filter(([, v]) => !v.trim()).map(([k]) => `${l}: ${k}`))).toEqual([])
  })

  it('zh-TW holds no simplified forms of common words', () => {
    const simplified = /[们这时为发开关应该话请单账览删标签选择邮价级类责队员处题问]/
    expect([...texts['zh-TW']].filter(([, v]) => simplified.test(v)).map(([k, v]) => `${k}: ${v}`)).toEqual([])
  })

  it('every key that the code names exists, and every computed key has its family', () => {
    const absent: string[] = []
    const families = new Set<string>()
    for (const k of texts.en.keys()) {
      const parts = k.split('.')
      for (let i = 1; i < parts.length; i++) families.add(parts.slice(0, i).join('.'))
    }
    const area = `(?:${areas.join('|')})`
    const literal = new RegExp(
      String.raw`(?:\b(?:t|tr|\$t)\(|(?:label|title|text|body|group|keypath|action|name)(?:Key)?[:=] ?)\s*['"](${area}\.[\w.]+)['"]`,
      'g',
    )
    const computed = new RegExp(String.raw`\b(?:t|tr|\$t)\(\s*\`(${area}\.[\w.]*)\$\{`, 'g')
    for (const file of sources(src)) {
      const code = readFileSync(file, 'utf8')
      for (const m of code.matchAll(literal))
        if (!texts.en.has(m[1]!)) absent.push(`${m[1]} (${file.slice(src.length)})`)
      for (const m of code.matchAll(computed)) {
        const family = m[1]!.replace(/\.?[^.]*$/, '')
        if (!families.has(family)) absent.push(`${m[1]}… (${file.slice(src.length)})`)
      }
    }
    expect(absent).toEqual([])
  })
})
