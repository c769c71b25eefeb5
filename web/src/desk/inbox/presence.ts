import { onScopeDispose, type Ref, watch } from 'vue'
import { api, url } from '@/api/client'
import type { Page, Viewer } from '@/api/types'
import { me } from '@/session'
import { live, presence } from '../live'

const every = 20_000

export const presenceOf = (ticket: number): Viewer[] =>
  (presence.value.get(ticket) ?? []).filter((v) => v.agent_id !== me.value?.id)

/** Tells the others that we look at (or answer) this ticket, for as long as it is open here. */
export function usePresence(id: Ref<number>, replying: () => boolean) {
  let timer: ReturnType<typeof setInterval> | undefined
  let here = 0
  const tell = () => {
    if (!here || document.visibilityState !== 'visible') return
    api.put(`/tickets/${here}/presence`, { doing: replying() ? 'replying' : 'viewing' }).catch(() => {
      // The next beat tries again.
    })
  }
  const gone = () => {
    if (!here) return
    // keepalive, so that it also leaves when the tab is closed
    void fetch(url(`/tickets/${here}/presence`), {
      method: 'DELETE',
      keepalive: true,
      credentials: 'same-origin',
    }).catch(() => {})
  }
  watch(
    id,
    async (now) => {
      gone()
      here = now
      clearInterval(timer)
      if (!now) return
      tell()
      timer = setInterval(tell, every)
      try {
        const p = await api.get<Page<Viewer>>(`/tickets/${now}/presence`)
        const next = new Map(presence.value)
        next.set(now, p.items ?? [])
        presence.value = next
      } catch {
        // The stream will tell.
      }
    },
    { immediate: true },
  )
  watch(replying, tell)
  watch(live.state, (s) => s === 'open' && tell())
  addEventListener('pagehide', gone)
  onScopeDispose(() => {
    gone()
    clearInterval(timer)
    removeEventListener('pagehide', gone)
  })
}
