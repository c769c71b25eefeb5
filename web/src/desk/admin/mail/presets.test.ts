import { describe, expect, it } from 'vitest'
import { fieldOfStep, guess, isLocal, isUsualPort, portOf, providerOf, securityOf } from './presets'

describe('known mail servers', () => {
  it('are found by the address', () => {
    expect(providerOf('service@QQ.com')?.key).toBe('qq')
    expect(providerOf('service@example.com')).toBeUndefined()
  })
  it("are guessed for a domain of one's own", () => {
    expect(guess('service@example.com')).toEqual({
      imap: { host: 'imap.example.com', port: 993, security: 'tls' },
      smtp: { host: 'smtp.example.com', port: 465, security: 'tls' },
    })
    expect(guess('service@')).toBeUndefined()
    expect(guess('service')).toBeUndefined()
  })
})

describe('port and security', () => {
  it.each([
    [993, 'tls'],
    [465, 'tls'],
    [143, 'starttls'],
    [587, 'starttls'],
    [2525, undefined],
  ] as const)('port %i means %s', (port, security) => expect(securityOf(port)).toBe(security))
  it('fit together', () => {
    expect(portOf('imap', 'starttls')).toBe(143)
    expect(portOf('smtp', 'tls')).toBe(465)
    expect(portOf('smtp', 'starttls')).toBe(587)
  })
  it('leave a port alone that somebody chose on purpose', () => {
    expect(isUsualPort(993)).toBe(true)
    expect(isUsualPort(9930)).toBe(false)
  })
  it('tell this machine from others', () => {
    expect(isLocal('localhost')).toBe(true)
    expect(isLocal('127.0.0.1')).toBe(true)
    expect(isLocal('mail.example.com')).toBe(false)
  })
})

describe('a failed test', () => {
  it.each([
    ['dns', 'mail.dns_failed', 'host'],
    ['connect', 'mail.connection_refused', 'port'],
    ['connect', 'mail.timeout', 'host'],
    ['tls', 'mail.starttls_missing', 'security'],
    ['tls', 'mail.certificate_untrusted', 'host'],
    ['auth', 'mail.auth_failed', 'password'],
    ['folder', 'mail.folder_missing', 'folder'],
  ] as const)('at %s with %s is shown at %s', (step, key, field) => expect(fieldOfStep(step, key)).toBe(field))
})
