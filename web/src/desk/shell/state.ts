import { reactive } from 'vue'
import type { Customer } from '@/api/types'

export interface NewTicketSeed {
  customer?: Pick<Customer, 'id' | 'name' | 'kind'>
  phone?: string
  subject?: string
}

/** What floats over the pages, and what the live region says. */
export const shellState = reactive({
  /** null: closed; else what is already typed. */
  palette: null as string | null,
  sheet: false,
  newTicket: null as NewTicketSeed | null,
  said: '',
  /** Unread tickets of mine, for the tab's title. */
  unseen: 0,
  openPalette(q: string) {
    this.palette = q
  },
  openNewTicket(seed: NewTicketSeed = {}) {
    this.newTicket = seed
  },
  /** Told to screen readers, without moving the focus. */
  say(text: string) {
    this.said = ''
    setTimeout(() => {
      this.said = text
    }, 50)
  },
})
