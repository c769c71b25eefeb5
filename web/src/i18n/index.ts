import { nextTick } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Locale } from '@/api/types'
import { remember } from '@/lib/storage'

// One chunk a language, loaded when it is first wanted. Messages are compiled
// at build, so nothing is evaluated in the page (the CSP forbids it).
const loaders: Record<Locale, () => Promise<{ default: object }>> = {
  en: () => import('./en'),
  'zh-CN': () => import('./zh-CN'),
  'zh-TW': () => import('./zh-TW'),
}

export const locales: { code: Locale; name: string }[] = [
  { code: 'zh-CN', name: '简体中文' },
  { code: 'zh-TW', name: '繁體中文' },
  { code: 'en', name: 'English' },
]

export const i18n = createI18n({
  legacy: false,
  locale: 'en' as string,
  fallbackLocale: 'en',
  messages: {} as Record<string, never>,
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
})

const loaded = new Set<Locale>()

/** Switches the whole page to a language, at once and without a reload. */
export async function setLocale(locale: Locale) {
  if (!loaded.has(locale)) {
    const m = await loaders[locale]()
    i18n.global.setLocaleMessage(locale, m.default as never)
    loaded.add(locale)
  }
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
  remember('locale', locale)
  await nextTick()
}

export function isLocale(x: unknown): x is Locale {
  return typeof x === 'string' && x in loaders
}

/** Text outside components. Inside them use useI18n(), so that switching re-renders. */
export function tr(key: string, params: Record<string, unknown> = {}): string {
  return i18n.global.t(key, params)
}
