import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/api/client'
import type { Canned, Locale, Page } from '@/api/types'
import { queryClient } from '@/query'
import { can, moduleOn } from '@/session'
import { onChanges } from '../../live'

onChanges((batch) => {
  if (batch.some((c) => c.about.kind === 'canned' || c.kind.startsWith('canned.'))) {
    void queryClient.invalidateQueries({ queryKey: ['canned'] })
  }
})

/** A canned answer, or the standard answer of an article that has a short code. */
export interface Choice extends Canned {
  article?: number
}
interface Coded {
  article_id: number
  code: string
  title: string
  locale: Locale
  uses: number
}

/** The standard answers that fit what was typed; short codes that begin with it come first. */
export function useCanned(q: Ref<string>, on: Ref<boolean>, language: Ref<string>) {
  const all = useQuery({
    queryKey: ['canned'],
    queryFn: async () => (await api.get<Page<Canned>>('/canned', { query: { limit: 500 } })).items ?? [],
    enabled: on,
  })
  const coded = useQuery({
    queryKey: computed(() => ['articles', 'coded', language.value]),
    queryFn: async () =>
      (await api.get<{ items: Coded[] }>('/answers/coded', { query: { locale: language.value || undefined } })).items,
    enabled: computed(() => on.value && moduleOn('knowledge') && can('knowledge.read')),
    retry: false,
  })
  /** Articles as choices: below zero, so that their ids are nobody else's. What somebody made himself goes first. */
  const list = computed<Choice[]>(() => {
    const own = all.data.value ?? []
    const taken = new Set(own.map((c) => c.code.toLocaleLowerCase()))
    const articles = (coded.data.value ?? [])
      .filter((a) => !taken.has(a.code))
      .map((a) => ({
        id: -a.article_id,
        article: a.article_id,
        code: a.code,
        name: a.title,
        html: '',
        locale: a.locale,
        shared: true,
        owner_id: null,
        uses: a.uses,
        version: 0,
      }))
    return [...own, ...articles]
  })
  const hits = computed(() => {
    const want = q.value.trim().normalize('NFKC').toLocaleLowerCase()
    // Those in the customer's language and those for any come first.
    const foreign = (c: Canned) => Number(!!c.locale && !!language.value && c.locale !== language.value)
    if (!want) return [...list.value].sort((a, b) => foreign(a) - foreign(b) || b.uses - a.uses)
    const score = (c: Canned) => {
      const code = c.code.toLocaleLowerCase()
      if (code === want) return 0
      if (code.startsWith(want)) return 1
      if (c.name.toLocaleLowerCase().includes(want)) return 2
      return code.includes(want) || c.html.toLocaleLowerCase().includes(want) ? 3 : 9
    }
    return list.value
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
