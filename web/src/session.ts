import { computed, reactive, readonly } from 'vue'
import { api, isProblem, onUnauthenticated } from './api/client'
import type { Agent, Me, Meta } from './api/types'
import { isLocale, setLocale } from './i18n'
import { density, theme } from './lib/look'
import { setCustomKeys } from './lib/shortcuts'
import type { TimeStyle } from './lib/time'

// Who is signed in. `unknown` until the first answer; pages wait for ready().
const state = reactive<{
  status: 'unknown' | 'out' | 'in'
  me: Me | null
  meta: Meta | null
  /** Why the session ended, to be told on the sign-in page. */
  endedBecause: '' | 'ended' | 'expired'
}>({ status: 'unknown', me: null, meta: null, endedBecause: '' })

export const session = readonly(state)
export const me = computed(() => state.me?.agent ?? null)
export const timeStyle = computed<TimeStyle>(() => ({
  locale: (me.value?.locale ?? document.documentElement.lang) || 'en',
  zone: me.value?.zone || state.me?.firm.zone || undefined,
}))

export function can(permission: string): boolean {
  return state.me?.permissions.includes(permission) ?? false
}

/** Whether a part of the program is switched on for who is signed in. */
export function moduleOn(module: string | undefined): boolean {
  return !module || (state.me?.modules.includes(module) ?? false)
}

/** Asks again who is signed in and what is switched on. */
export async function refreshMe() {
  if (state.status === 'in') enterAgain(await api.get<Me>('/session'))
}
function enterAgain(answer: Me) {
  state.me = answer
  applyLook(answer.agent)
}

const leaveHooks: (() => void)[] = []
/** Runs when somebody signs in. */
const enterHooks: ((me: Me) => void)[] = []
export const onEnter = (fn: (me: Me) => void) => enterHooks.push(fn)
/** Runs when the session is over, so that nothing of one person is left for the next. */
export const onLeave = (fn: () => void) => leaveHooks.push(fn)

function applyLook(a: Agent) {
  if (a.theme) theme.value = a.theme
  if (a.density) density.value = a.density
  setCustomKeys(a.shortcuts ?? {})
  if (isLocale(a.locale)) void setLocale(a.locale)
}

/** Takes over a fresh answer of sign-in, set-up or an accepted invitation. */
export function enter(answer: Me) {
  state.me = answer
  state.status = 'in'
  state.endedBecause = ''
  applyLook(answer.agent)
  for (const fn of enterHooks) fn(answer)
}

export function leave(because: '' | 'ended' | 'expired' = '') {
  if (state.status === 'out') return
  state.me = null
  state.status = 'out'
  state.endedBecause = because
  for (const fn of leaveHooks) fn()
}

onUnauthenticated(() => {
  if (state.status === 'in') leave('expired')
})

export async function loadMeta(): Promise<Meta> {
  state.meta ??= await api.get<Meta>('/meta')
  return state.meta
}
/** Set-up has just been done: /meta must be asked again. */
export function forgetMeta() {
  state.meta = null
}

let first: Promise<void> | undefined
/** Resolves once it is known whether somebody is signed in. Rejects only when the server cannot be reached. */
export function ready(): Promise<void> {
  first ??= api.get<Me>('/session').then(enter, (e) => {
    if (isProblem(e) && (e.status === 401 || e.status === 403)) {
      state.status = 'out'
      return
    }
    first = undefined
    throw e
  })
  return first
}

export async function signOut() {
  try {
    await api.delete('/session')
  } finally {
    leave()
  }
}

/** Changes of one's own settings show at once and are kept on the server. */
export async function saveMe(
  patch: Partial<Pick<Agent, 'name' | 'locale' | 'zone' | 'theme' | 'density' | 'signature_html' | 'shortcuts'>>,
) {
  if (!state.me) return
  const before = { ...state.me.agent }
  state.me.agent = { ...state.me.agent, ...patch }
  applyLook(state.me.agent)
  try {
    state.me.agent = { ...state.me.agent, ...(await api.patch<Agent>('/me', patch)) }
  } catch (e) {
    state.me.agent = before
    applyLook(before)
    throw e
  }
}
