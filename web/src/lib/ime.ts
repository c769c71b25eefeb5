/** True while a Chinese, Japanese or Korean input method is still choosing characters: its Enter is not our Enter. */
export function composing(e: KeyboardEvent): boolean {
  return e.isComposing || e.keyCode === 229
}
