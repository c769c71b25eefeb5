// Days and minutes as people type them, in the zone in which the desk shows times.

function parts(at: Date, zone: string | undefined): Record<string, string> {
  const f = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  return Object.fromEntries(f.formatToParts(at).map((p) => [p.type, p.value]))
}

/** The value of <input type=date> for an instant; empty for none. */
export function dayOf(at: string | null | undefined, zone: string | undefined): string {
  if (!at) return ''
  const p = parts(new Date(at), zone)
  return `${p.year}-${p.month}-${p.day}`
}

/** The value of <input type=datetime-local> for an instant. */
export function minuteOf(at: string | null | undefined, zone: string | undefined): string {
  if (!at) return ''
  const p = parts(new Date(at), zone)
  return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`
}

/** The instant of what was typed into either; null for nothing. A day is its beginning. */
export function instant(typed: string, zone: string | undefined): string | null {
  if (!typed) return null
  const wanted = typed.length === 10 ? `${typed}T00:00` : typed
  const asUTC = Date.parse(`${wanted}:00Z`)
  if (Number.isNaN(asUTC)) return null
  // The zone's offset depends on the instant that is looked for: twice is enough beside a change of clocks.
  let at = asUTC
  for (let n = 0; n < 2; n++) at += asUTC - Date.parse(`${minuteOf(new Date(at).toISOString(), zone)}:00Z`)
  return new Date(at).toISOString()
}

/** A day as a reader writes it: "1 Jun 2026", "2026年6月1日". */
export function longDay(at: string | null | undefined, s: { locale: string; zone?: string | undefined }): string {
  if (!at) return ''
  return new Intl.DateTimeFormat(s.locale, { dateStyle: 'medium', timeZone: s.zone }).format(new Date(at))
}
