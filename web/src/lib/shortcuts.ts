import { computed, onScopeDispose, reactive, shallowReactive } from 'vue'
import { composing } from './ime'

// The one registry of keys. It feeds the listener, the tooltips, the palette
// and the `?` sheet. Areas add their actions with defineActions(); a part of
// the page that can do one says so with onAction() while it is there, and the
// part that came last answers.

export interface Action {
  id: string
  /** "c", "shift+e", "mod+k", "g i" (one after the other), "?". `mod` is Ctrl, and ⌘ on a Mac. */
  keys: string
  /** Message keys. */
  label: string
  group: string
  /** Works while typing, too (only sensible with mod or for Escape). */
  typing?: boolean
  /** Not offered in the palette, such as "next row". */
  quiet?: boolean
}

const actions = reactive(new Map<string, Action>())
const handlers = shallowReactive(new Map<string, { run: (e?: KeyboardEvent) => void; when: () => boolean }[]>())
const custom = reactive<Record<string, string>>({})

export function defineActions(list: Action[]) {
  for (const a of list) actions.set(a.id, a)
}

/** The agent's own keys, by action id. */
export function setCustomKeys(own: Record<string, string>) {
  for (const k of Object.keys(custom)) delete custom[k]
  Object.assign(custom, own)
}

export function keysOf(id: string): string {
  return custom[id] ?? actions.get(id)?.keys ?? ''
}

/** Every action, in the order of definition, with the keys that hold now. */
export const allActions = computed(() => [...actions.values()].map((a) => ({ ...a, keys: keysOf(a.id) })))

/** Those that something on the page can do at this moment. */
export const liveActions = computed(() => allActions.value.filter((a) => ready(a.id)))

export function ready(id: string): boolean {
  return (handlers.get(id) ?? []).some((h) => h.when())
}

/** Answers an action for as long as the calling component lives. */
export function onAction(id: string, run: (e?: KeyboardEvent) => void, when: () => boolean = () => true) {
  const h = { run, when }
  handlers.set(id, [...(handlers.get(id) ?? []), h])
  onScopeDispose(() => {
    handlers.set(
      id,
      (handlers.get(id) ?? []).filter((x) => x !== h),
    )
  })
}

export function runAction(id: string, e?: KeyboardEvent): boolean {
  const list = handlers.get(id) ?? []
  for (let i = list.length - 1; i >= 0; i--) {
    if (list[i]!.when()) {
      list[i]!.run(e)
      return true
    }
  }
  return false
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** The event in our notation, or '' for a lone modifier. */
export function chord(e: KeyboardEvent): string {
  if (['Shift', 'Control', 'Alt', 'Meta', 'AltGraph'].includes(e.key)) return ''
  let key = e.key === ' ' ? 'space' : e.key.toLowerCase()
  if (key === 'escape') key = 'esc'
  const printable = e.key.length === 1 && e.key !== ' '
  const letter = /^[a-z]$/i.test(e.key)
  const out: string[] = []
  if (isMac ? e.metaKey : e.ctrlKey) out.push('mod')
  if (e.altKey) out.push('alt')
  // A sign such as ? or # already says that Shift was held; a letter does not.
  if (e.shiftKey && (!printable || letter)) out.push('shift')
  out.push(key)
  return out.join('+')
}

/** For people: "Ctrl K", "⇧ E", "G I". */
export function shown(keys: string): string[] {
  return keys
    .split(' ')
    .flatMap((c) => c.split(/\+(?=.)/))
    .map(
      (p) =>
        ({
          mod: isMac ? '⌘' : 'Ctrl',
          shift: isMac ? '⇧' : 'Shift',
          alt: isMac ? '⌥' : 'Alt',
          enter: 'Enter',
          esc: 'Esc',
          arrowdown: '↓',
          arrowup: '↑',
        })[p] ?? p.toUpperCase(),
    )
}

export function typingIn(t: EventTarget | null): boolean {
  const el = t as HTMLElement | null
  if (!el?.tagName) return false
  if (el.isContentEditable) return true
  if (el.tagName === 'INPUT') return !['checkbox', 'radio', 'button', 'submit'].includes((el as HTMLInputElement).type)
  return el.tagName === 'TEXTAREA' || el.tagName === 'SELECT'
}

let lead = ''
let leadAt = 0

function onKey(e: KeyboardEvent) {
  if (e.defaultPrevented || composing(e)) return
  const c = chord(e)
  if (!c) return
  const typing = typingIn(e.target)
  // In a dialog or an open menu single keys belong to it.
  const held = !!(e.target as HTMLElement | null)?.closest?.('[role=dialog],[role=menu]')
  const seq = lead && Date.now() - leadAt < 1200 ? `${lead} ${c}` : ''
  lead = ''
  for (const a of allActions.value) {
    if (a.keys !== c && a.keys !== seq) continue
    if ((typing || held) && !a.typing) continue
    if (runAction(a.id, e)) {
      e.preventDefault()
      return
    }
  }
  if (!typing && !held && allActions.value.some((a) => a.keys.startsWith(`${c} `))) {
    lead = c
    leadAt = Date.now()
  }
}

export function installShortcuts(target: Window = window) {
  target.addEventListener('keydown', onKey)
  return () => target.removeEventListener('keydown', onKey)
}
