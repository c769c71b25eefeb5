// How hard a password is to guess: a rough count of bits, honest about the
// usual tricks. It only advises; the server decides what it accepts.

export type Strength = 'short' | 'weak' | 'fair' | 'good' | 'strong'

export const minLength = 10

const common = [
  'password',
  'passw0rd',
  'qwerty',
  'asdfgh',
  'zxcvbn',
  '1q2w3e',
  'letmein',
  'welcome',
  'admin',
  'iloveyou',
  'abc123',
  '123456',
  '654321',
  '111111',
  '888888',
  '666666',
  '5201314',
  'woaini',
  'monkey',
  'dragon',
]

/** Bits of a text: runs (aaa, abc, 321) count once, known words as one letter. */
export function bits(password: string, known: string[] = []): number {
  let s = password.toLowerCase()
  for (const word of [...known, ...common]) {
    const w = word.trim().toLowerCase()
    if (w.length >= 3) s = s.split(w).join('\u0000')
  }
  const points = [...s].map((c) => c.codePointAt(0)!)
  let worth = 0
  for (let i = 0; i < points.length; i++) {
    const step = points[i]! - (points[i - 1] ?? -99)
    const before = (points[i - 1] ?? -99) - (points[i - 2] ?? -999)
    worth += Math.abs(step) <= 1 && step === before ? 0.1 : step === 0 ? 0.4 : 1
  }
  let pool = 0
  if (/[a-z]/.test(password)) pool += 26
  if (/[A-Z]/.test(password)) pool += 26
  if (/\d/.test(password)) pool += 10
  if (/[^\p{L}\p{N}]/u.test(password)) pool += 33
  if (/\p{Script=Han}/u.test(password)) pool += 2000
  return worth * Math.log2(Math.max(pool, 2))
}

export function strength(password: string, known: string[] = []): Strength {
  if ([...password].length < minLength) return 'short'
  const b = bits(password, known)
  if (b < 36) return 'weak'
  if (b < 50) return 'fair'
  if (b < 70) return 'good'
  return 'strong'
}

/** What a guesser tries first: parts of one's own name and address, and the firm. */
export function knownWords(...texts: (string | undefined)[]): string[] {
  return texts.flatMap((x) => (x ?? '').split(/[\s@._-]+/)).filter((w) => w.length >= 3)
}
