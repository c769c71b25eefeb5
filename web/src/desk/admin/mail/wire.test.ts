import { describe, expect, it } from 'vitest'
import { toFields, toWire } from './wire'

describe('a mailbox between form and wire', () => {
  it('starts with both servers on, the usual ports and TLS', () => {
    const f = toFields(undefined)
    expect(f.imap).toMatchObject({ on: true, port: 993, security: 'tls', folder: 'INBOX' })
    expect(f.smtp).toMatchObject({ on: true, port: 465, security: 'tls' })
  })
  it('sends no password unless one was typed', () => {
    const f = toFields(undefined)
    expect(toWire({ smtp: { ...f.smtp, host: ' smtp.example.com ' } }).smtp).toEqual({
      host: 'smtp.example.com',
      port: 465,
      security: 'tls',
      user: '',
      allow_self_signed: false,
    })
    expect(toWire({ smtp: { ...f.smtp, password: 'x y' } }).smtp).toMatchObject({ password: 'x y' })
  })
  it('sends null for a server that is switched off, and for no team', () => {
    const f = toFields(undefined)
    expect(toWire({ imap: { ...f.imap, on: false }, team_id: 0 })).toEqual({ imap: null, team_id: null })
  })
})
