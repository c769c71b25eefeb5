/** 128 random bits as hex. crypto.randomUUID is missing on plain-http addresses other than localhost, so it is not used. */
export function uid(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
}
