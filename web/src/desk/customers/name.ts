import { tr } from '@/i18n'

/** What somebody is called. Who did not give his name is called so in the reader's language. */
export function nameOf(c: { name?: string } | null | undefined): string {
  return c?.name || tr('shell.anonymous')
}
