import { nextTick } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Locale } from '@/api/types'
import { remember } from '@/lib/storage'

// One chunk a language with the texts of the first pages, loaded when it is first wanted, and one for each area that
// is opened later. Messages are compiled at build, so nothing is evaluated in the page (the CSP forbids it).
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

const areaFiles = import.meta.glob<{ default: object }>(['./*/*.json', '!./*/{admin,inbox,shell,welcome}.json'])
const loaded = new Set<Locale>()
/** The areas whose texts some page has asked for, in whatever language comes. */
const wanted = new Set<string>()
const merged = new Map<string, Promise<void>>()

function merge(locale: Locale, area: string): Promise<void> {
  const file = `./${locale}/${area}.json`
  const load = areaFiles[file]
  if (!load) return Promise.resolve()
  let m = merged.get(file)
  if (!m) {
    m = load().then(
      (x) => i18n.global.mergeLocaleMessage(locale, { [area]: x.default }),
      (e) => {
        merged.delete(file)
        throw e
      },
    )
    merged.set(file, m)
  }
  return m
}

/** Loads the texts of areas that are not among the first ones. */
export async function loadTexts(...areas: string[]) {
  for (const a of areas) wanted.add(a)
  await Promise.all(areas.map((a) => merge(i18n.global.locale.value as Locale, a)))
}

/** A component that comes with the texts of its area: defineAsyncComponent(() => withTexts('need', import('./Need.vue'))). */
export async function withTexts<T>(area: string, component: Promise<T>): Promise<T> {
  const [c] = await Promise.all([component, loadTexts(area)])
  return c
}

/** Switches the whole page to a language, at once and without a reload. */
export async function setLocale(locale: Locale) {
  if (!loaded.has(locale)) {
    const m = await loaders[locale]()
    i18n.global.setLocaleMessage(locale, m.default as never)
    loaded.add(locale)
  }
  await Promise.all([...wanted].map((a) => merge(locale, a)))
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
