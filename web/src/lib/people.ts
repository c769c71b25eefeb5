import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { api } from '@/api/client'
import type { Agent, Page, Team } from '@/api/types'
import { queryClient } from '@/query'
import { can, session } from '@/session'

// Colleagues and teams: small lists that everything else refers to by id.
async function whole<T>(path: string): Promise<T[]> {
  const out: T[] = []
  let cursor = ''
  do {
    const p = await api.get<Page<T>>(path, { query: { limit: 200, cursor } })
    out.push(...(p.items ?? []))
    cursor = p.next
  } while (cursor)
  return out
}

export function usePeople() {
  const on = computed(() => session.status === 'in')
  const agents = useQuery({ queryKey: ['agents'], queryFn: () => whole<Agent>('/agents'), enabled: on })
  const teams = useQuery({
    queryKey: ['teams'],
    queryFn: () => whole<Team>('/teams'),
    enabled: computed(() => on.value && can('ticket.view')),
  })
  const agentMap = computed(() => new Map((agents.data.value ?? []).map((a) => [a.id, a])))
  const teamMap = computed(() => new Map((teams.data.value ?? []).map((t) => [t.id, t])))
  return {
    agents: computed(() => agents.data.value ?? []),
    teams: computed(() => teams.data.value ?? []),
    activeAgents: computed(() =>
      (agents.data.value ?? []).filter((a) => a.state === 'active' && a.role !== 'employee'),
    ),
    openTeams: computed(() => (teams.data.value ?? []).filter((t) => !t.archived)),
    agentName: (id: number | null | undefined) => (id ? (agentMap.value.get(id)?.name ?? '') : ''),
    teamName: (id: number | null | undefined) => (id ? (teamMap.value.get(id)?.name ?? '') : ''),
    loading: computed(() => agents.isLoading.value || teams.isLoading.value),
  }
}

export function refreshPeople(kind: 'agents' | 'teams') {
  return queryClient.invalidateQueries({ queryKey: [kind] })
}
