import type { Amount, Attribute, Category, Hours, Names } from './types'

const order: Record<string, string[]> = {
  en: ['en', 'zh-CN', 'zh-TW'],
  'zh-CN': ['zh-CN', 'zh-TW', 'en'],
  'zh-TW': ['zh-TW', 'zh-CN', 'en'],
}

/** The text in the reader's language, else in the nearest that there is. */
export function nameIn(names: Names | undefined, locale: string): string {
  for (const l of order[locale] ?? order.en!) if (names?.[l]) return names[l]!
  return ''
}

/** What a line of a data sheet says, with its unit. */
export function lineText(a: Attribute | null | undefined, locale: string): string {
  if (!a) return ''
  return [nameIn(a.values, locale) || a.value || '', a.unit ?? ''].filter(Boolean).join(' ')
}

/** ¥12,500.00, as the reader's language writes it. */
export function money(a: Amount, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency: a.currency }).format(Number(a.decimal))
}

/** A day as the reader writes it, without a time and in no zone. */
export function dayText(day: string, locale: string): string {
  if (!day) return ''
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))
}

/** From when until when: "2026-01-01 –". Empty when it always holds. */
export function spanText(from: string, to: string, locale: string): string {
  if (!from && !to) return ''
  return `${dayText(from, locale)} – ${dayText(to, locale)}`.trim()
}

/** "Mon–Fri 08:30–17:30" in the reader's language. */
export function hoursText(hours: Hours[], locale: string): string {
  const name = (d: number) =>
    new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, d)))
  return hours
    .map((h) => {
      const days = [...h.days].sort((a, b) => a - b)
      const parts: string[] = []
      for (let i = 0; i < days.length; ) {
        let j = i
        while (j + 1 < days.length && days[j + 1] === days[j]! + 1) j++
        parts.push(
          j - i >= 2
            ? `${name(days[i]!)}–${name(days[j]!)}`
            : days
                .slice(i, j + 1)
                .map(name)
                .join(', '),
        )
        i = j + 1
      }
      return `${parts.join(', ')} ${h.from}–${h.to}`
    })
    .join(locale === 'en' ? '; ' : '；')
}

/** The tree of categories as a flat list, each with how deep it lies. */
export function flatTree(all: Category[]): { category: Category; depth: number }[] {
  const out: { category: Category; depth: number }[] = []
  const walk = (parent: number | null, depth: number) => {
    for (const c of all.filter((x) => x.parent_id === parent)) {
      out.push({ category: c, depth })
      if (depth < 6) walk(c.id, depth + 1)
    }
  }
  walk(null, 0)
  return out
}
