import { useQuery } from '@tanstack/vue-query'
import type { Canned } from '@/api/types'
import { queryClient } from '@/query'
import { can, me } from '@/session'
import { whole } from '../kit/lists'

const key = ['canned-answers']

export function useCannedAnswers() {
  return useQuery({ queryKey: key, queryFn: () => whole<Canned>('/canned') })
}
export function putCanned(c: Canned) {
  queryClient.setQueryData<Canned[]>(key, (l) =>
    l?.some((x) => x.id === c.id) ? l.map((x) => (x.id === c.id ? c : x)) : [...(l ?? []), c],
  )
  void queryClient.invalidateQueries({ queryKey: ['canned'] })
}
export function dropCanned(id: number) {
  queryClient.setQueryData<Canned[]>(key, (l) => l?.filter((x) => x.id !== id))
  void queryClient.invalidateQueries({ queryKey: ['canned'] })
}
/** Shared ones need the permission; one's own need none. */
export function mayEdit(c: Pick<Canned, 'shared' | 'owner_id'>): boolean {
  return c.shared ? can('canned.edit') : c.owner_id === me.value?.id
}

/** What a code may not hold: it is typed after a slash, in one go. */
export function cleanCode(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s/]+/g, '')
}
