import { api } from '@/api/client'
import type { components } from '@/api/schema'

type S = components['schemas']
export type Found = S['PortraitFound']
export type FoundTicket = S['PortraitFoundTicket']
export type Product = S['CatalogProduct']
export type Quote = S['CatalogQuote']
export type Dealer = S['DealerDealer']
export type Article = S['KnowledgeFoundArticle']
export type Given = Omit<S['AnswerGivenAnswer'], 'earlier'> & { earlier: { title: string; by_name: string }[] | null }
export type Warning = S['CustomerWarningCard']

const some = <T>(list: T[] | null | undefined): T[] => list ?? []

export async function lookUp(q: string, signal: AbortSignal) {
  const a = await api.get<S['PortraitAnswer']>('/lookup', { query: { q }, signal })
  return { customers: some(a.customers), tickets: some(a.tickets), exact: a.exact }
}
export const findProducts = async (q: string, signal: AbortSignal) =>
  some((await api.get<{ items: Product[] | null }>('/products', { query: { q, limit: 8 }, signal })).items)
export const warnings = async (customer: number, channel: string) =>
  some((await api.get<{ items: Warning[] | null }>(`/customers/${customer}/warnings`, { query: { channel } })).items)
export const offer = async (product: number, customer: number) =>
  some(
    (await api.get<S['CatalogOffer']>(`/products/${product}/offer`, { query: { customer_id: customer || null } }))
      .quotes,
  )
export const nearest = async (city: string, product: number) =>
  some(
    (
      await api.get<{ items: Dealer[] | null }>('/dealers', {
        query: { city, product_id: product || null, current: true, limit: 4 },
      })
    ).items,
  )
export const findArticles = async (
  about: { q: string; type_id?: number; product_id?: number; locale: string },
  signal: AbortSignal,
) => some((await api.get<S['KnowledgeFound']>('/articles/search', { query: { ...about, limit: 5 }, signal })).items)

/** The standard answer of an article as plain text, to be said or written. */
export async function answerOf(a: Article, locale: string): Promise<string> {
  const read = await api.get<S['KnowledgeArticleRead']>(`/articles/${a.article_id}`, { query: { locale } })
  const html = read.text?.answer || read.text?.summary || ''
  const doc = new DOMParser().parseFromString(html.replace(/<\/(p|li|h\d)>|<br\s*\/?>/g, '$&\n'), 'text/html')
  return (doc.body.textContent ?? '').replace(/\n{3,}/g, '\n\n').trim()
}
