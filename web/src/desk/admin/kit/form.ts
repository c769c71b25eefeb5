import { computed, nextTick, reactive, ref, type UnwrapNestedRefs, watch } from 'vue'
import { isProblem } from '@/api/client'
import { problemText } from '@/lib/notify'
import { useUnsaved } from './leave'
import { changes, copy, merge, same } from './merge'

// A form over something that lives on the server and that colleagues change,
// too. What others change flows in while it is open; where both changed the
// same field the form says so and asks, and never overwrites either side
// silently. What was typed is kept through every refusal.

export interface FormOptions<T extends object> {
  /** What the server holds, as the form's fields. Reactive; undefined while it loads. */
  from: () => T | undefined
  /** Sends it. `changed` holds only what differs. Throws a Problem when refused. */
  save: (values: T, changed: Partial<T>) => Promise<unknown>
  /** Loads anew, after the server said that our version is stale. */
  refresh?: () => Promise<unknown>
  /** Fields that are wrong before asking the server: name → message. */
  check?: (values: T) => Record<string, string>
  /** A refusal that the page tells in its own way. */
  told?: (e: unknown) => boolean
  /** False where leaving loses nothing. */
  guard?: boolean
}

export interface Form<T extends object> {
  values: UnwrapNestedRefs<T>
  errors: Record<string, string>
  /** What the server holds, to compare with. */
  base: () => T | undefined
  ready: boolean
  dirty: boolean
  busy: boolean
  problem: string
  /** True from a successful save until the next change. */
  saved: boolean
  clashes: string[]
  submit: () => Promise<boolean>
  reset: () => void
  restart: () => void
  takeTheirs: () => void
  keepMine: () => Promise<boolean>
  error: (...names: string[]) => string | undefined
}

export function useForm<T extends object>(o: FormOptions<T>): Form<T> {
  const values = reactive({}) as UnwrapNestedRefs<T>
  const errors = reactive<Record<string, string>>({})
  const base = ref<T>()
  const busy = ref(false)
  const problem = ref('')
  const saved = ref(false)
  const clashes = ref<string[]>([])
  const ready = computed(() => base.value !== undefined)
  const dirty = computed(() => base.value !== undefined && !same(base.value, values))

  function put(v: T) {
    for (const k of Object.keys(v)) {
      const [own, next] = [values as Record<string, unknown>, (v as Record<string, unknown>)[k]]
      if (!same(own[k], next)) own[k] = copy(next)
    }
  }

  function sync(theirs = o.from()) {
    if (!theirs) return
    if (base.value === undefined) put(theirs)
    else if (!same(theirs, base.value)) {
      const m = merge(base.value as T, values as T, theirs)
      put(m.values)
      clashes.value = m.clashes as string[]
    }
    base.value = copy(theirs)
  }
  // While a save is under way the answer is not known yet, so what comes in waits for it.
  watch(o.from, (theirs) => busy.value || sync(theirs), { immediate: true, flush: 'sync' })

  // An error stands until its field is touched.
  watch(
    () => copy(values as T),
    (now, before) => {
      for (const k of Object.keys(now)) {
        if (same((now as Record<string, unknown>)[k], (before as Record<string, unknown>)[k])) continue
        for (const e of Object.keys(errors))
          if (e === k || e.startsWith(`${k}.`) || e.startsWith(`${k}[`)) delete errors[e]
        problem.value = ''
        if (dirty.value) saved.value = false
      }
    },
    { deep: true },
  )

  function show(fields: Record<string, string>) {
    for (const k of Object.keys(errors)) delete errors[k]
    Object.assign(errors, fields)
    void nextTick(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus())
  }

  async function send(again: boolean): Promise<boolean> {
    const sent = copy(values as T)
    try {
      await o.save(sent, changes((base.value ?? {}) as T, sent))
    } catch (e) {
      if (isProblem(e, 'stale') && o.refresh && again) {
        await o.refresh()
        sync()
        if (!clashes.value.length) return send(false)
        return false
      }
      throw e
    }
    base.value = { ...copy((base.value ?? {}) as T), ...sent }
    clashes.value = []
    saved.value = true
    return true
  }

  async function submit(): Promise<boolean> {
    if (busy.value) return false
    problem.value = ''
    const wrong = o.check?.(copy(values as T)) ?? {}
    show(wrong)
    if (Object.keys(wrong).length) return false
    busy.value = true
    const before = copy(o.from())
    try {
      return await send(true)
    } catch (e) {
      if (o.told?.(e)) return false
      problem.value = isProblem(e) && Object.keys(e.fields).length ? e.detail : problemText(e)
      if (isProblem(e)) show(e.fields)
      return false
    } finally {
      busy.value = false
      if (!same(o.from(), before)) sync()
    }
  }

  function reset() {
    if (base.value) put(base.value as T)
    clashes.value = []
    problem.value = ''
    show({})
  }
  /** As new: what the server holds, and nothing said. */
  function restart() {
    base.value = copy(o.from())
    saved.value = false
    reset()
  }
  function takeTheirs() {
    const theirs = base.value as Record<string, unknown> | undefined
    for (const k of clashes.value) (values as Record<string, unknown>)[k] = copy(theirs?.[k])
    clashes.value = []
  }
  async function keepMine() {
    clashes.value = []
    return submit()
  }
  /** The message of the first of these fields that has one. */
  const error = (...names: string[]) => names.map((n) => errors[n]).find(Boolean)

  if (o.guard !== false) useUnsaved(() => dirty.value)
  return reactive({
    values,
    errors,
    base: () => base.value as T | undefined,
    ready,
    dirty,
    busy,
    problem,
    saved,
    clashes,
    submit,
    reset,
    restart,
    takeTheirs,
    keepMine,
    error,
  }) as unknown as Form<T>
}
