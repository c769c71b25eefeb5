// The shapes of the catalogue, the dealers and the referrals on the wire. Days are "2026-11-24"; empty is none.

export type Names = Record<string, string>
export type ProductStatus = 'draft' | 'active' | 'discontinued'
export type Group = 'function' | 'performance' | 'quality' | 'price'
export const groups: Group[] = ['function', 'performance', 'quality', 'price']

export interface Attribute {
  key: string
  group: Group
  names: Names
  value?: string
  values?: Names
  unit?: string
}
export interface Product {
  id: number
  code: string
  model: string
  names: Names
  summary: Names
  category_id: number | null
  status: ProductStatus
  attributes: Attribute[]
  criticality: number
  since: string
  ended: string
  new: boolean
  version: number
}
export interface Category {
  id: number
  parent_id: number | null
  names: Names
  position: number
  version: number
}
export interface Amount {
  minor: number
  currency: string
  decimal: string
}
export interface Quote {
  amount: Amount
  unit: string
  list_id: number
  list_name: string
  why: 'tier_region' | 'tier' | 'region' | 'general'
  tier: string
  region: string
  from: string
  to: string
  then: { from: string; amount: Amount } | null
}
export interface Offer {
  product_id: number
  on: string
  tier: string
  region: string
  offered: boolean
  quotes: Quote[]
}
export interface PriceList {
  id: number
  name: string
  currency: string
  tier: string
  region: string
  from: string
  to: string
  note: string
  version: number
}
export interface Price {
  id: number
  list_id: number
  list_name: string
  tier: string
  region: string
  product_id: number
  product: string
  code: string
  amount: Amount
  unit: string
  from: string
  to: string
  state: 'past' | 'now' | 'coming'
  set_by: string
  set_at: string
}
export const documentKinds = ['description', 'technical', 'manual', 'certificate', 'other'] as const
export type DocumentKind = (typeof documentKinds)[number]
export const audiences = ['public', 'customers', 'partners', 'internal'] as const
export type Audience = (typeof audiences)[number]
export interface ProductDocument {
  id: number
  product_id: number
  series_id: number
  version: number
  kind: DocumentKind
  locale: string
  title: string
  audience: Audience
  name: string
  type: string
  size: number
  url: string
  added_by: string
  added_at: string
  superseded_at: string | null
}
export interface ComparisonRow {
  key: string
  group: Group
  names: Names
  cells: (Attribute | null)[]
  differs: boolean
}
export interface Comparison {
  products: Product[]
  rows: ComparisonRow[]
  offers: Offer[]
}
export const ways = ['shop', 'phone', 'online', 'on_site'] as const
export interface Hours {
  days: number[]
  from: string
  to: string
}
export interface DealerContact {
  name: string
  role?: string
  phone?: string
  email?: string
}
export interface Dealer {
  id: number
  name: string
  kind: 'dealer' | 'service_point'
  level: number
  status: 'active' | 'paused' | 'ended'
  current: boolean
  km: number | null
  region: string
  city: string
  address: string
  place: { lat: number; lon: number } | null
  phone: string
  phone_shown: string
  email: string
  website: string
  hours: Hours[]
  ways: string[]
  locale: string
  products: number[]
  categories: number[]
  from: string
  to: string
  contacts: DealerContact[]
  rating: number
  contract: string
  notes: string
  version: number
}
export type ReferralState = 'sent' | 'accepted' | 'working' | 'done' | 'declined' | 'withdrawn'
export interface Referral {
  id: number
  ticket_id: number
  dealer_id: number
  dealer: string
  dealer_phone: string
  state: ReferralState
  open: boolean
  next: ReferralState[]
  note: string
  contact: string
  due: string | null
  late: boolean
  mailed_to: string
  customer_told: boolean
  by: string
  created_at: string
  updated_at: string
  steps: { state: ReferralState; text: string; by: 'dealer' | 'agent'; by_name: string; at: string }[]
  /** Only in the answer that made it. */
  link?: string
}
