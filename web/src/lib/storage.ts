/** What this browser remembers for itself (the look before sign-in, pane widths). Private mode may refuse; then it forgets. */
export function remember(key: string, value: string | undefined) {
  try {
    if (value === undefined) localStorage.removeItem(`heed.${key}`)
    else localStorage.setItem(`heed.${key}`, value)
  } catch {
    // Nothing to do: it only means that the next visit starts with the default.
  }
}
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`heed.${key}`)
  } catch {
    return null
  }
}
