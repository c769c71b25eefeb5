import { computed, onScopeDispose, ref } from 'vue'

/** Seconds that are still to wait, counted by the clock, so that a sleeping tab does not stretch them. */
export function useCountdown() {
  const until = ref(0)
  const at = ref(Date.now())
  let timer: ReturnType<typeof setInterval> | undefined
  const left = computed(() => Math.max(0, Math.ceil((until.value - at.value) / 1000)))
  function start(seconds: number) {
    at.value = Date.now()
    until.value = at.value + seconds * 1000
    clearInterval(timer)
    timer = setInterval(() => {
      at.value = Date.now()
      if (at.value >= until.value) clearInterval(timer)
    }, 250)
  }
  onScopeDispose(() => clearInterval(timer))
  return { left, start }
}

/** "0:27", "2:05" */
export function shownWait(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
