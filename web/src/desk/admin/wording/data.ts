import { useQuery } from '@tanstack/vue-query'
import { api } from '@/api/client'
import { queryClient } from '@/query'
import { onChanges } from '../../live'
import { whole } from '../kit/lists'

export type WordLocale = '' | 'en' | 'zh-CN' | 'zh-TW'
export interface Word {
  id: number
  word: string
  locale: WordLocale
  kind: 'forbidden' | 'jargon'
  severity: 'block' | 'warn'
  instead: string
  active: boolean
  version: number
}
export type WordInput = Omit<Word, 'id' | 'version'>

const key = ['wordings']
export const useWords = () => useQuery({ queryKey: key, queryFn: () => whole<Word>('/wordings') })

function put(w: Word): Word {
  queryClient.setQueryData<Word[]>(key, (l) =>
    l?.some((x) => x.id === w.id) ? l.map((x) => (x.id === w.id ? w : x)) : [...(l ?? []), w],
  )
  return w
}
export const addWord = async (w: WordInput) => put(await api.post<Word>('/wordings', w))
export const changeWord = async (w: Word, p: Partial<WordInput>) =>
  put(await api.patch<Word>(`/wordings/${w.id}`, p, { version: w.version }))
export async function dropWord(w: Word) {
  await api.delete(`/wordings/${w.id}`)
  queryClient.setQueryData<Word[]>(key, (l) => l?.filter((x) => x.id !== w.id))
}

onChanges((batch) => {
  if (batch.some((c) => c.kind.startsWith('wording.'))) void queryClient.invalidateQueries({ queryKey: key })
})
