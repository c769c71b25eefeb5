import { queryClient } from '@/query'
import { onChanges } from '../live'

// What the stream says about things that the settings show: those lists are asked again, once a burst.
const keysOf: Record<string, string[]> = {
  agent: ['agents'],
  team: ['teams'],
  mailbox: ['mailboxes'],
  mail: ['mailboxes', 'refused'],
  canned: ['canned', 'canned-answers'],
  setting: ['settings'],
  settings: ['settings'],
  job: ['jobs'],
  session: ['sessions'],
  token: ['tokens'],
}

let waiting = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined

onChanges((batch) => {
  for (const c of batch) {
    for (const k of keysOf[c.about.kind] ?? keysOf[c.kind.split('.')[0] ?? ''] ?? []) waiting.add(k)
  }
  if (!waiting.size) return
  clearTimeout(timer)
  timer = setTimeout(() => {
    for (const k of waiting) void queryClient.invalidateQueries({ queryKey: [k] })
    waiting = new Set()
  }, 250)
})
