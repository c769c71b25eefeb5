import type { Directive } from 'vue'

/** v-focus: the cursor goes into this field (or the first one inside) once it is there. `v-focus="false"` leaves it. */
export const vFocus: Directive<HTMLElement, boolean | undefined> = {
  mounted(el, { value }) {
    if (value === false) return
    // After a dialog's own focus handling, which would take it back.
    setTimeout(() => (el.matches('input,textarea') ? el : el.querySelector<HTMLElement>('input,textarea'))?.focus(), 0)
  },
}
