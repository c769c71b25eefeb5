import type { LiveChange } from '@/api/types'
import { queryClient } from '@/query'
import { onChanges } from '../live'

/** Which customers a burst of events is about, and whether lists of customers may have changed. */
export function touched(batch: LiveChange[]): { ids: Set<number>; lists: boolean } {
  const ids = new Set<number>()
  let lists = false
  for (const c of batch) {
    if (c.about.kind === 'customer') {
      ids.add(c.about.id)
      lists = true
    }
    // Their tickets and the counts on their page.
    if (c.customer) ids.add(c.customer)
  }
  return { ids, lists }
}

let ids = new Set<number>()
let lists = false
let timer: ReturnType<typeof setTimeout> | undefined
onChanges((batch) => {
  const t = touched(batch)
  if (!t.ids.size) return
  for (const id of t.ids) ids.add(id)
  lists ||= t.lists
  clearTimeout(timer)
  timer = setTimeout(() => {
    for (const id of ids) void queryClient.invalidateQueries({ queryKey: ['customer', id] })
    if (lists) void queryClient.invalidateQueries({ queryKey: ['customers'] })
    ids = new Set()
    lists = false
  }, 300)
})
