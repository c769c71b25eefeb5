/** The short code being typed before the cursor: "/", "/he"; only at the start or after a space, so that URLs and dates stay text. */
export function slashBefore(text: string): string | null {
  const m = /(?:^|[\s\u3000，。！？、；：])\/([\p{L}\p{N}_-]{0,32})$/u.exec(text)
  return m ? (m[1] ?? '') : null
}
