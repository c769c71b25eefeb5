import { queryClient } from '@/query'
import { onChanges } from '../live'

// What is published reaches the badge at once; what colleagues answer shows beside the ticket.
let timer: ReturnType<typeof setTimeout> | undefined
let readings = false
let flows = false
let tickets = new Set<number>()
onChanges((batch) => {
  for (const c of batch) {
    if (c.kind.startsWith('reading.')) readings = true
    if (c.kind.startsWith('flow.')) flows = true
    if (/^(answer|diagnosis)\./.test(c.kind) && c.about.kind === 'ticket') tickets.add(c.about.id)
  }
  if (!readings && !flows && !tickets.size) return
  clearTimeout(timer)
  timer = setTimeout(() => {
    if (readings) void queryClient.invalidateQueries({ queryKey: ['readings'] })
    if (flows) void queryClient.invalidateQueries({ queryKey: ['flows'] })
    for (const id of tickets) {
      for (const key of ['answers', 'walks', 'suggestions']) void queryClient.invalidateQueries({ queryKey: [key, id] })
    }
    readings = false
    flows = false
    tickets = new Set()
  }, 300)
})
