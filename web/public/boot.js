// Runs before the first paint, so that nobody sees a flash of the wrong theme, language or density.
;(() => {
  const root = document.documentElement
  const read = (key) => {
    try {
      return localStorage.getItem(`heed.${key}`)
    } catch {
      return null
    }
  }
  const theme = read('theme') || 'system'
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.classList.toggle('dark', dark)
  const wanted = [read('locale'), ...(navigator.languages || [])].filter(Boolean)
  const pick = (tag) => {
    if (/^en/i.test(tag)) return 'en'
    if (/^zh(-hant|-tw|-hk|-mo)/i.test(tag)) return 'zh-TW'
    return /^zh/i.test(tag) ? 'zh-CN' : ''
  }
  root.lang = wanted.map(pick).find(Boolean) || 'en'
  root.dataset.density = read('density') === 'compact' ? 'compact' : 'comfortable'
})()
