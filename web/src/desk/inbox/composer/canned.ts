import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/api/client'
import type { Canned, Page } from '@/api/types'
import { queryClient } from '@/query'
import { onChanges } from '../../live'

onChanges((batch) => {
  if (batch.some((c) => c.about.kind === 'canned' || c.kind.startsWith('canned.'))) {
    void queryClient.invalidateQueries({ queryKey: ['canned'] })
  }
})

/** The standard answers that fit what was typed; short codes that begin with it come first. */
export function useCanned(q: Ref<string>, on: Ref<boolean>, language: Ref<string>) {
  const all = useQuery({
    queryKey: ['canned'],
    queryFn: async () => (await api.get<Page<Canned>>('/canned', { query: { limit: 500 } })).items ?? [],
    enabled: on,
  })
  const hits = computed(() => {
    const want = q.value.trim().normalize('NFKC').toLocaleLowerCase()
    const list = all.data.value ?? []
    // Those in the customer's language and those for any come first.
    const foreign = (c: Canned) => Number(!!c.locale && !!language.value && c.locale !== language.value)
    if (!want) return [...list].sort((a, b) => foreign(a) - foreign(b) || b.uses - a.uses)
    const score = (c: Canned) => {
      const code = c.code.toLocaleLowerCase()
      if (code === want) return 0
      if (code.startsWith(want)) return 1
      if (c.name.toLocaleLowerCase().includes(want)) return 2
      return code.includes(want) || c.html.toLocaleLowerCase().includes(want) ? 3 : 9
    }
    return list
      .filter((c) => score(c) < 9)
      .sort((a, b) => score(a) - score(b) || foreign(a) - foreign(b) || b.uses - a.uses)
  })
  return { query: all, hits }
}

export async function renderCanned(c: Canned, ticket: number): Promise<string> {
  return (await api.post<{ html: string }>(`/canned/${c.id}/render`, { ticket_id: ticket })).html
}

/**
 * The preview's merge fields, filled with what the page knows. The server fills them when the answer is inserted, and
 * counts that as a use; so a mere look does not ask it.
 */
export function preview(html: string, facts: Record<string, string>): string {
  const entity = (x: string) => x.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
  return html.replace(
    /\{\{\s*([a-z]+(?:\.[a-z]+)?)\s*\}\}/g,
    (whole, name: string) => entity(facts[name] ?? '') || whole,
  )
}
