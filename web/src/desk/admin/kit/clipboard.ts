/** Copies text. navigator.clipboard is missing on plain http, where an old way still works. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.setAttribute('readonly', '')
    area.className = 'sr-only'
    // Inside an open dialog the focus is trapped, so the helper must be within it.
    ;(document.querySelector('[role=dialog]') ?? document.body).append(area)
    const back = document.activeElement as HTMLElement | null
    area.select()
    const ok = document.execCommand('copy')
    area.remove()
    back?.focus()
    return ok
  }
}
