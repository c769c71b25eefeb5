/** The usual moments to come back to something, in the reader's own time; those already past are left out. */
export function snoozePresets(now: Date): { key: string; at: Date }[] {
  const at = (days: number, hour: number) => {
    const d = new Date(now)
    d.setDate(d.getDate() + days)
    d.setHours(hour, 0, 0, 0)
    return d
  }
  const in2 = new Date(now.getTime() + 2 * 3_600_000)
  in2.setSeconds(0, 0)
  const weekday = now.getDay() // 0 is Sunday
  const toMonday = weekday === 0 ? 1 : 8 - weekday
  const list = [
    { key: 'two_hours', at: in2 },
    { key: 'afternoon', at: at(0, 14) },
    { key: 'tomorrow', at: at(1, 9) },
    { key: 'in_three_days', at: at(3, 9) },
    { key: 'next_week', at: at(toMonday, 9) },
  ]
  return list.filter((p) => p.at.getTime() > now.getTime() + 10 * 60_000)
}
