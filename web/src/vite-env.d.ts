/// <reference types="vite/client" />
declare module '@nuxt/ui/runtime/locale/*.js' {
  import type { Locale, Messages } from '@nuxt/ui'

  const locale: Locale<Messages>
  export default locale
}
