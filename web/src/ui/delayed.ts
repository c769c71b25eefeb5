import { onScopeDispose, type Ref, ref, watch } from 'vue'

/** A skeleton shows only after 300 ms of waiting and then stays at least 500 ms, so that nothing flickers. */
export function delayed(waiting: Ref<boolean>): Ref<boolean> {
  const shown = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let since = 0
  watch(
    waiting,
    (w) => {
      clearTimeout(timer)
      if (w) {
        timer = setTimeout(() => {
          shown.value = true
          since = Date.now()
        }, 300)
      } else if (shown.value) {
        timer = setTimeout(
          () => {
            shown.value = false
          },
          Math.max(0, 500 - (Date.now() - since)),
        )
      }
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return shown
}
