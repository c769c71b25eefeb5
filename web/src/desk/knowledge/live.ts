import { queryClient } from '@/query'
import { onChanges } from '../live'

// What colleagues write shows at once in lists, readers and searches.
let timer: ReturnType<typeof setTimeout> | undefined
let ids = new Set<number>()
let words = false
onChanges((batch) => {
  for (const c of batch) {
    if (c.about.kind === 'article') ids.add(c.about.id)
    if (c.kind === 'knowledge.words_changed') words = true
  }
  if (!ids.size && !words) return
  clearTimeout(timer)
  timer = setTimeout(() => {
    for (const id of ids) void queryClient.invalidateQueries({ queryKey: ['article', id] })
    if (ids.size) void queryClient.invalidateQueries({ queryKey: ['articles'] })
    if (words) void queryClient.invalidateQueries({ queryKey: ['words'] })
    ids = new Set()
    words = false
  }, 300)
})
