import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/api/client'
import type { Page, TimelineItem } from '@/api/types'
import { queryClient } from '@/query'
import { onChanges } from '../live'

const key = (id: number) => ['timeline', id]

// Newest first. Events of the stream are appended to what is cached: a timeline is the journal, and so is the stream.
onChanges((batch) => {
  for (const c of batch) {
    const id = c.ticket?.id ?? (c.about.kind === 'ticket' ? c.about.id : 0)
    if (!id || c.kind === 'ticket.read') continue
    const old = queryClient.getQueryData<TimelineItem[]>(key(id))
    if (!old || old.some((i) => i.pos === c.pos)) continue
    const item: TimelineItem = { pos: c.pos, at: c.at, actor: c.actor, kind: c.kind, data: c.data ?? {} }
    queryClient.setQueryData(key(id), [item, ...old])
  }
})

export function useTimeline(id: Ref<number>) {
  const q = useQuery({
    queryKey: computed(() => key(id.value)),
    queryFn: async () => {
      const p = await api.get<Page<TimelineItem>>(`/tickets/${id.value}/timeline`, { query: { limit: 200 } })
      return p.items ?? []
    },
    enabled: computed(() => id.value > 0),
  })
  return { query: q, items: computed(() => q.data.value ?? []) }
}
