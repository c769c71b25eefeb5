import { useOverlay } from '@nuxt/ui/composables'
import { onScopeDispose } from 'vue'
import { type Router, useRouter } from 'vue-router'
import { session } from '@/session'
import LeaveDialog from './LeaveDialog.vue'

// Forms with something unsaved register here; leaving the page, or closing
// what holds them, asks first. Closing the tab asks in the browser's own words.
const forms = new Set<() => boolean>()
const installed = new WeakSet<Router>()

const unsaved = () => session.status === 'in' && [...forms].some((dirty) => dirty())

function onUnload(e: BeforeUnloadEvent) {
  if (unsaved()) e.preventDefault()
}

/** Asks whether what is unsaved may be lost. */
export async function mayLose(): Promise<boolean> {
  const dialog = useOverlay().create(LeaveDialog, { destroyOnClose: true })
  return (await dialog.open().result) === true
}

export function useUnsaved(dirty: () => boolean) {
  const router = useRouter()
  forms.add(dirty)
  if (forms.size === 1) addEventListener('beforeunload', onUnload)
  onScopeDispose(() => {
    forms.delete(dirty)
    if (!forms.size) removeEventListener('beforeunload', onUnload)
  })
  if (!router || installed.has(router)) return
  installed.add(router)
  router.beforeEach((to, from) => {
    if (to.path === from.path || !unsaved()) return true
    return mayLose()
  })
}
