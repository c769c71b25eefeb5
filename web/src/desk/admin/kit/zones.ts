// The world's time zones for a picker, with what people know them by.
export interface ZoneItem {
  value: string
  label: string
  /** "GMT+8 · China Standard Time" */
  description: string
}

function part(locale: string, zone: string, style: 'longOffset' | 'long', at: Date): string {
  try {
    const f = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: style })
    return f.formatToParts(at).find((p) => p.type === 'timeZoneName')?.value ?? ''
  } catch {
    return ''
  }
}

export function guessZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
}

/** Browsers still answer with some names that the tz database has renamed. */
const renamed: Record<string, string> = {
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Europe/Kiev': 'Europe/Kyiv',
}

const cache = new Map<string, ZoneItem[]>()

export function zoneItem(zone: string, locale: string, at = new Date()): ZoneItem {
  const offset = part('en', zone, 'longOffset', at).replace(/^GMT$/, 'GMT+00:00')
  const name = part(locale, zone, 'long', at)
  return { value: zone, label: zone.replace(/_/g, ' '), description: [offset, name].filter(Boolean).join(' · ') }
}

export function allZones(locale: string): ZoneItem[] {
  let list = cache.get(locale)
  if (!list) {
    const at = new Date()
    const names = new Set(Intl.supportedValuesOf('timeZone').map((z) => renamed[z] ?? z))
    names.add('UTC')
    list = [...names].sort().map((z) => zoneItem(z, locale, at))
    cache.set(locale, list)
  }
  return list
}
