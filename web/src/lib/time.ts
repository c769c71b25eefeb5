import { readonly, ref } from 'vue'

// One ticker for the whole page: every relative time reads `now`, so a thousand rows cost one timer.
const state = ref(Date.now())
export const now = readonly(state)
const tick = () => {
  state.value = Date.now()
}
setInterval(tick, 30_000)
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && tick())

const cache = new Map<string, Intl.DateTimeFormat>()
function formatter(locale: string, zone: string | undefined, o: Intl.DateTimeFormatOptions) {
  const key = `${locale}|${zone}|${JSON.stringify(o)}`
  let f = cache.get(key)
  if (!f) {
    try {
      f = new Intl.DateTimeFormat(locale, { ...o, timeZone: zone || undefined })
    } catch {
      f = new Intl.DateTimeFormat(locale, o) // an unknown zone name: the browser's own
    }
    cache.set(key, f)
  }
  return f
}

export interface TimeStyle {
  locale: string
  zone?: string
}

const dayKey = (t: Date, s: TimeStyle) =>
  formatter('en-CA', s.zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(t)

export function sameDay(a: string | number | Date, b: string | number | Date, s: TimeStyle): boolean {
  return dayKey(new Date(a), s) === dayKey(new Date(b), s)
}

/** 09:41 */
export function clock(t: string | number | Date, s: TimeStyle): string {
  return formatter(s.locale, s.zone, { hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(t))
}

/** The long form for tooltips: date, time with seconds, zone. */
export function full(t: string | number | Date, s: TimeStyle): string {
  return formatter(s.locale, s.zone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    timeZoneName: 'short',
  }).format(new Date(t))
}

/** Today, yesterday or a date, for the separators of a conversation. */
export function day(t: string | number | Date, s: TimeStyle, at = Date.now()): string {
  const d = new Date(t)
  const rtf = new Intl.RelativeTimeFormat(s.locale, { numeric: 'auto' })
  if (sameDay(d, at, s)) return cap(rtf.format(0, 'day'))
  if (sameDay(d, at - 86_400_000, s)) return cap(rtf.format(-1, 'day'))
  const thisYear = d.getFullYear() === new Date(at).getFullYear()
  return formatter(s.locale, s.zone, {
    year: thisYear ? undefined : 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'short',
  }).format(d)
}
const cap = (x: string) => x.charAt(0).toUpperCase() + x.slice(1)

/** The short form of a row: "刚刚", "3 分钟", "14:05", "昨天", "11/20", "2025/11/20". */
export function short(t: string | number | Date, s: TimeStyle, at: number): string {
  const d = new Date(t)
  const diff = at - d.getTime()
  if (diff < 45_000 && diff > -45_000) {
    return s.locale === 'en' ? 'now' : s.locale === 'zh-TW' ? '剛剛' : '刚刚'
  }
  if (diff > 0 && diff < 3_600_000) {
    const n = Math.max(1, Math.round(diff / 60_000))
    return s.locale === 'en' ? `${n}m` : s.locale === 'zh-TW' ? `${n} 分鐘` : `${n} 分钟`
  }
  if (sameDay(d, at, s)) return clock(d, s)
  if (sameDay(d, at - 86_400_000, s)) return s.locale === 'en' ? 'Yest.' : '昨天'
  const thisYear = d.getFullYear() === new Date(at).getFullYear()
  if (s.locale === 'en') {
    return formatter('en', s.zone, { month: 'short', day: 'numeric', year: thisYear ? undefined : 'numeric' }).format(d)
  }
  return formatter(s.locale, s.zone, {
    month: 'numeric',
    day: 'numeric',
    year: thisYear ? undefined : 'numeric',
  }).format(d)
}

/** A point in the future for people: "今天 18:00", "明天 09:00", "11月27日 09:00". */
export function until(t: string | number | Date, s: TimeStyle, at = Date.now()): string {
  const d = new Date(t)
  const rtf = new Intl.RelativeTimeFormat(s.locale, { numeric: 'auto' })
  const time = clock(d, s)
  if (sameDay(d, at, s)) return `${cap(rtf.format(0, 'day'))} ${time}`
  if (sameDay(d, at + 86_400_000, s)) return `${cap(rtf.format(1, 'day'))} ${time}`
  return `${formatter(s.locale, s.zone, { month: 'short', day: 'numeric', weekday: 'short' }).format(d)} ${time}`
}

/** 1.4 MB */
export function bytes(n: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  let i = 0
  let v = n
  while (v >= 1000 && i < units.length - 1) {
    v /= 1000
    i += 1
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[i],
    unitDisplay: 'short',
    maximumFractionDigits: v < 10 && i > 0 ? 1 : 0,
  }).format(v)
}
