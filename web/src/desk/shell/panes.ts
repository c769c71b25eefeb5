/** F6 goes round the panes of the page: every element with data-pane, in order; focus goes to its data-pane-focus or first focusable. */
export function nextPane(step: 1 | -1) {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((p) => p.offsetParent !== null)
  if (!panes.length) return
  const at = panes.findIndex((p) => p.contains(document.activeElement))
  const next = panes[(at + step + panes.length) % panes.length]!
  const target =
    next.querySelector<HTMLElement>('[data-pane-focus]') ??
    next.querySelector<HTMLElement>('a[href],button:not(:disabled),input,[tabindex="0"],[contenteditable=true]')
  target?.focus()
}
