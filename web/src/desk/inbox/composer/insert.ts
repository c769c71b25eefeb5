/** How panels beside the ticket put an answer into the reply that is being written. */
type Insert = (ticket: number, html: string) => boolean
const listeners = new Set<Insert>()

/** The composer takes what is inserted; gives the function that ends that. */
export function onInsert(fn: Insert): () => void {
  listeners.add(fn)
  return () => listeners.delete(fn)
}

/** Inserts into the reply of a ticket; false when nobody is there who writes one. */
export function insertIntoReply(ticket: number, html: string): boolean {
  return [...listeners].some((fn) => fn(ticket, html))
}
