import { useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { api } from '@/api/client'
import { queryClient } from '@/query'
import { session } from '@/session'
import { onChanges } from '../live'

// "First steps": what a new desk, or a new colleague, has still to do. It ends.

export interface Onboarding {
  steps: { key: string; done: boolean }[]
  dismissed: boolean
}

export const stepKeys = [
  'profile',
  'mailbox',
  'invite',
  'team',
  'first_ticket',
  'first_reply',
  'canned',
  'shortcuts',
] as const
export type StepKey = (typeof stepKeys)[number]

const key = ['onboarding']
/** The panel is open. */
export const stepsOpen = ref(false)
export function openSteps() {
  stepsOpen.value = true
}

export function useSteps() {
  const q = useQuery({
    queryKey: key,
    queryFn: () => api.get<Onboarding>('/onboarding'),
    enabled: computed(() => session.status === 'in'),
    retry: false,
  })
  // A step that a newer server invents has no text here and is left out.
  const steps = computed(() =>
    (q.data.value?.steps ?? []).filter((s): s is { key: StepKey; done: boolean } =>
      (stepKeys as readonly string[]).includes(s.key),
    ),
  )
  const done = computed(() => steps.value.filter((s) => s.done).length)
  return {
    steps,
    done,
    all: computed(() => steps.value.length > 0 && done.value === steps.value.length),
    /** There is something to show. */
    open: computed(() => steps.value.length > 0 && q.data.value?.dismissed === false),
  }
}

export async function markDone(step: StepKey) {
  queryClient.setQueryData<Onboarding>(
    key,
    (o) => o && { ...o, steps: o.steps.map((s) => (s.key === step ? { ...s, done: true } : s)) },
  )
  await api.post(`/onboarding/${step}/done`)
}

export async function dismissSteps() {
  queryClient.setQueryData<Onboarding>(key, (o) => o && { ...o, dismissed: true })
  stepsOpen.value = false
  try {
    await api.post('/onboarding/dismiss')
  } catch (e) {
    void queryClient.invalidateQueries({ queryKey: key })
    throw e
  }
}

export function refreshSteps() {
  return queryClient.invalidateQueries({ queryKey: key })
}

// What people do elsewhere ticks steps off: ask again shortly after something that may have.
let timer: ReturnType<typeof setTimeout> | undefined
onChanges((batch) => {
  const o = queryClient.getQueryData<Onboarding>(key)
  if (!o || o.dismissed || o.steps.every((s) => s.done)) return
  if (!batch.some((c) => /^(agent|team|mailbox|canned|setting|onboarding|ticket\.created|message\.)/.test(c.kind)))
    return
  clearTimeout(timer)
  timer = setTimeout(refreshSteps, 1200)
})
