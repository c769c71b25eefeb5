import { ref } from 'vue'
import { createLive } from '@/api/sse'
import type { LiveChange, Viewer } from '@/api/types'
import { refreshPeople } from '@/lib/people'
import { queryClient } from '@/query'
import { leave, onEnter, onLeave, refreshMe } from '@/session'

// The stream, and who listens. Areas subscribe once when their module loads.
const listeners: ((batch: LiveChange[]) => void)[] = []
const countersListeners: ((views: Record<string, number>) => void)[] = []
const resetListeners: (() => void)[] = []

export const onChanges = (fn: (batch: LiveChange[]) => void) => listeners.push(fn)
export const onCounters = (fn: (views: Record<string, number>) => void) => countersListeners.push(fn)
export const onReset = (fn: () => void) => resetListeners.push(fn)

/** Who looks at or answers which ticket, by ticket id. */
export const presence = ref(new Map<number, Viewer[]>())

export const live = createLive({
  changes(batch) {
    for (const fn of listeners) fn(batch)
    if (batch.some((c) => c.about.kind === 'agent')) void refreshPeople('agents')
    if (batch.some((c) => c.about.kind === 'setting')) void refreshMe().catch(() => {})
    if (batch.some((c) => c.about.kind === 'team')) void refreshPeople('teams')
  },
  counters(views) {
    for (const fn of countersListeners) fn(views)
  },
  presence(ticket, viewers) {
    const next = new Map(presence.value)
    if (viewers.length) next.set(ticket, viewers)
    else next.delete(ticket)
    presence.value = next
  },
  reset() {
    for (const fn of resetListeners) fn()
    void queryClient.invalidateQueries()
  },
  ended: () => leave('ended'),
})

onEnter((me) => live.start(me.position))
onLeave(() => {
  live.stop()
  presence.value = new Map()
  queryClient.clear()
})
