/** A text that the firm keeps in several languages, in the reader's, else in the nearest one. */
export function inLocale(names: Record<string, string> | null | undefined, locale: string): string {
  const n = names ?? {}
  const kin = locale === 'zh-TW' ? 'zh-CN' : locale === 'zh-CN' ? 'zh-TW' : ''
  return n[locale] || (kin && n[kin]) || n.en || Object.values(n).find(Boolean) || ''
}
