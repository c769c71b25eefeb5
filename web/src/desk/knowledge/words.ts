/** The text in a language, in the other Chinese, in English, or in any. */
export function inLocale(texts: Record<string, string>, locale: string): string {
  const near = locale.startsWith('zh') ? (texts['zh-CN'] ?? texts['zh-TW']) : undefined
  return texts[locale] || near || texts.en || Object.values(texts)[0] || ''
}
