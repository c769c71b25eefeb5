import type { Security } from '../types'

// What is known about mail servers without asking: the security that goes with
// a port, and the servers of the large providers.

export interface Preset {
  host: string
  port: number
  security: Security
}
export interface Provider {
  key: string
  name: string
  domains: string[]
  imap: Preset
  smtp: Preset
  /** They want a password made for programs ("authorisation code"), not the one for the web page. */
  appPassword: boolean
}

const tls = (host: string, port: number): Preset => ({ host, port, security: 'tls' })
const start = (host: string, port: number): Preset => ({ host, port, security: 'starttls' })

export const providers: Provider[] = [
  {
    key: 'exmail',
    name: '腾讯企业邮 / Tencent Exmail',
    domains: ['exmail.qq.com'],
    imap: tls('imap.exmail.qq.com', 993),
    smtp: tls('smtp.exmail.qq.com', 465),
    appPassword: true,
  },
  {
    key: 'aliyun',
    name: '阿里企业邮 / Alibaba Mail',
    domains: ['qiye.aliyun.com'],
    imap: tls('imap.qiye.aliyun.com', 993),
    smtp: tls('smtp.qiye.aliyun.com', 465),
    appPassword: true,
  },
  {
    key: 'feishu',
    name: '飞书邮箱 / Feishu Mail',
    domains: ['feishu.cn'],
    imap: tls('imap.feishu.cn', 993),
    smtp: tls('smtp.feishu.cn', 465),
    appPassword: true,
  },
  {
    key: 'qq',
    name: 'QQ 邮箱 / QQ Mail',
    domains: ['qq.com', 'foxmail.com', 'vip.qq.com'],
    imap: tls('imap.qq.com', 993),
    smtp: tls('smtp.qq.com', 465),
    appPassword: true,
  },
  {
    key: '163',
    name: '163 邮箱 / NetEase 163',
    domains: ['163.com'],
    imap: tls('imap.163.com', 993),
    smtp: tls('smtp.163.com', 465),
    appPassword: true,
  },
  {
    key: '126',
    name: '126 邮箱 / NetEase 126',
    domains: ['126.com'],
    imap: tls('imap.126.com', 993),
    smtp: tls('smtp.126.com', 465),
    appPassword: true,
  },
  {
    key: 'gmail',
    name: 'Gmail / Google Workspace',
    domains: ['gmail.com', 'googlemail.com'],
    imap: tls('imap.gmail.com', 993),
    smtp: tls('smtp.gmail.com', 465),
    appPassword: true,
  },
  {
    key: 'icloud',
    name: 'iCloud Mail',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    imap: tls('imap.mail.me.com', 993),
    smtp: start('smtp.mail.me.com', 587),
    appPassword: true,
  },
  {
    key: 'yahoo',
    name: 'Yahoo Mail',
    domains: ['yahoo.com', 'yahoo.com.tw', 'yahoo.com.hk'],
    imap: tls('imap.mail.yahoo.com', 993),
    smtp: tls('smtp.mail.yahoo.com', 465),
    appPassword: true,
  },
]

const domainOf = (address: string) => address.trim().toLowerCase().split('@')[1] ?? ''

export function providerOf(address: string): Provider | undefined {
  const d = domainOf(address)
  return providers.find((p) => p.domains.includes(d))
}

/** The usual names at one's own domain, as a first guess. */
export function guess(address: string): { imap: Preset; smtp: Preset } | undefined {
  const known = providerOf(address)
  if (known) return { imap: known.imap, smtp: known.smtp }
  const d = domainOf(address)
  return /^[\w-]+(\.[\w-]+)+$/.test(d) ? { imap: tls(`imap.${d}`, 993), smtp: tls(`smtp.${d}`, 465) } : undefined
}

const byPort: Record<number, Security> = { 993: 'tls', 465: 'tls', 143: 'starttls', 587: 'starttls', 25: 'starttls' }
const byHost = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

/** The security that goes with a port; undefined where the port says nothing. */
export function securityOf(port: number): Security | undefined {
  return byPort[port]
}
export function portOf(kind: 'imap' | 'smtp', security: Security): number {
  if (kind === 'imap') return security === 'tls' ? 993 : 143
  return security === 'tls' ? 465 : security === 'starttls' ? 587 : 25
}
/** A port that a person chose on purpose is left alone when the security changes. */
export function isUsualPort(port: number): boolean {
  return port === 0 || port in byPort
}
/** Unencrypted is only harmless within one machine. */
export function isLocal(host: string): boolean {
  return byHost.test(host.trim().toLowerCase())
}

/** The field that a failed step of the connection test is about. */
export function fieldOfStep(step: string, key = ''): 'host' | 'port' | 'security' | 'user' | 'password' | 'folder' {
  if (key.endsWith('connection_refused')) return 'port'
  if (key.endsWith('starttls_missing') || key.endsWith('tls_failed')) return 'security'
  if (key.endsWith('certificate_untrusted')) return 'host'
  switch (step) {
    case 'tls':
      return 'security'
    case 'auth':
      return 'password'
    case 'folder':
      return 'folder'
    case 'send':
      return 'user'
    default:
      return 'host'
  }
}
