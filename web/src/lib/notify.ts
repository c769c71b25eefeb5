import { useToast } from '@nuxt/ui/composables'
import { isProblem } from '@/api/client'
import { tr } from '@/i18n'

/** What went wrong, as a sentence for the reader. */
export function problemText(e: unknown): string {
  if (isProblem(e, 'network')) return tr('shell.error.network')
  if (isProblem(e)) {
    const first = Object.values(e.fields).find(Boolean)
    return first || e.detail || tr('shell.error.unknown', { code: e.key })
  }
  return tr('shell.error.unknown', { code: e instanceof Error ? e.name : '?' })
}

/** Short notices. Errors stay until closed or 10 s; an undo stays 6 s. */
export function useNotify() {
  const toast = useToast()
  return {
    ok(title: string, description?: string) {
      toast.add({ title, description, color: 'success', icon: 'i-lucide-check', duration: 3500 })
    },
    info(title: string, description?: string) {
      toast.add({ title, description, color: 'neutral', icon: 'i-lucide-info', duration: 5000 })
    },
    fail(e: unknown, title?: string) {
      const text = problemText(e)
      toast.add({
        title: title ?? text,
        description: title ? text : undefined,
        color: 'error',
        icon: 'i-lucide-circle-alert',
        duration: 10_000,
      })
    },
    /** Something was done that can be taken back for six seconds. */
    undo(title: string, back: () => void) {
      const t = toast.add({
        title,
        color: 'neutral',
        icon: 'i-lucide-check',
        duration: 6000,
        actions: [
          {
            label: tr('shell.undo'),
            color: 'neutral',
            variant: 'outline',
            onClick: () => {
              toast.remove(t.id)
              back()
            },
          },
        ],
      })
      return t.id
    },
    remove: (id: string | number) => toast.remove(id),
  }
}
