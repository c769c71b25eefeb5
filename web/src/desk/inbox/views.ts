import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { api } from '@/api/client'
import type { ViewCount } from '@/api/types'
import { queryClient } from '@/query'
import { can } from '@/session'
import { onCounters } from '../live'

export const viewIcons: Record<string, string> = {
  mine: 'i-lucide-inbox',
  unassigned: 'i-lucide-user-round-plus',
  open: 'i-lucide-circle-dot',
  waiting: 'i-lucide-hourglass',
  snoozed: 'i-lucide-alarm-clock',
  solved: 'i-lucide-circle-check',
  created_by_me: 'i-lucide-square-pen',
  all: 'i-lucide-layers',
}

interface ViewsAnswer {
  items: ViewCount[]
  position: number
}

// Counts come with the stream; a team that is new to us is the only reason to ask again.
onCounters((views) => {
  const old = queryClient.getQueryData<ViewsAnswer>(['views'])
  if (!old) return
  const known = new Set(old.items.map((v) => v.key))
  if (Object.keys(views).some((k) => !known.has(k))) {
    void queryClient.invalidateQueries({ queryKey: ['views'] })
    return
  }
  queryClient.setQueryData<ViewsAnswer>(['views'], {
    ...old,
    items: old.items.map((v) => (v.key in views ? { ...v, count: views[v.key]! } : v)),
  })
})

export function useViews() {
  const q = useQuery({
    queryKey: ['views'],
    queryFn: () => api.get<ViewsAnswer>('/views'),
    enabled: computed(() => can('ticket.view')),
  })
  return {
    query: q,
    builtin: computed(() => (q.data.value?.items ?? []).filter((v) => v.kind === 'builtin')),
    teams: computed(() => (q.data.value?.items ?? []).filter((v) => v.kind === 'team')),
    all: computed(() => q.data.value?.items ?? []),
  }
}
