import { ref, watchEffect } from 'vue'
import type { Density, Theme } from '@/api/types'
import { recall, remember } from './storage'

// Theme and density on <html>. boot.js did the same before the first paint; here they follow choices and the system.
const system = matchMedia('(prefers-color-scheme: dark)')
const systemDark = ref(system.matches)
system.addEventListener('change', (e) => {
  systemDark.value = e.matches
})

export const theme = ref<Theme>((recall('theme') as Theme | null) ?? 'system')
export const density = ref<Density>(recall('density') === 'compact' ? 'compact' : 'comfortable')
export const dark = ref(false)

watchEffect(() => {
  dark.value = theme.value === 'dark' || (theme.value === 'system' && systemDark.value)
  document.documentElement.classList.toggle('dark', dark.value)
  remember('theme', theme.value)
})
watchEffect(() => {
  document.documentElement.dataset.density = density.value
  remember('density', density.value)
})
