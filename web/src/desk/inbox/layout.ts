import { useMediaQuery } from '@vueuse/core'
import { ref, watch } from 'vue'
import { recall, remember } from '@/lib/storage'

// Rule 3: under 1280 the side panel slides over, under 1024 list and conversation swap, under 768 the views are a menu.
export const wide = useMediaQuery('(min-width: 1280px)')
export const middle = useMediaQuery('(min-width: 1024px)')
export const tablet = useMediaQuery('(min-width: 768px)')

function kept(key: string, fallback: number) {
  const v = ref(Number(recall(key)) || fallback)
  watch(v, (x) => remember(key, String(x)))
  return v
}
export const listWidth = kept('pane.list', 336)
export const sideWidth = kept('pane.side', 320)
export const sideOpen = ref(recall('pane.side_open') !== 'no')
watch(sideOpen, (x) => remember('pane.side_open', x ? 'yes' : 'no'))
export const slideoverOpen = ref(false)
