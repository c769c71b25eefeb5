import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api, Problem, toProblem, url } from '@/api/client'
import type { Page } from '@/api/types'
import { queryClient } from '@/query'
import { onChanges } from '../live'
import type { Category, Comparison, Dealer, Offer, Price, PriceList, Product, ProductDocument, Referral } from './types'

const always = computed(() => true)

function pages<T>(key: Ref<unknown[]>, ask: (cursor: string) => Promise<Page<T>>, enabled: Ref<boolean> = always) {
  const q = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => ask(pageParam),
    initialPageParam: '',
    getNextPageParam: (p: Page<T>) => p.next || undefined,
    enabled,
    placeholderData: (old) => old,
  })
  return { q, items: computed(() => q.data.value?.pages.flatMap((p) => p.items ?? []) ?? []) }
}
const itemsOf = async <T>(p: Promise<Page<T>>) => (await p).items ?? []

export interface ProductFilter {
  q: string
  category: number
  status: string
  fresh: boolean
}
export function useProducts(f: Ref<ProductFilter>, enabled?: Ref<boolean>) {
  return pages<Product>(
    computed(() => ['products', f.value]),
    (cursor) =>
      api.get('/products', {
        query: {
          q: f.value.q,
          category_id: f.value.category || undefined,
          status: f.value.status,
          new: f.value.fresh || undefined,
          limit: 50,
          cursor,
        },
      }),
    enabled,
  )
}
export function useProduct(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['product', id.value]),
    queryFn: () => api.get<Product>(`/products/${id.value}`),
    enabled: computed(() => id.value > 0),
  })
}
export function putProduct(p: Product) {
  queryClient.setQueryData(['product', p.id], p)
  void queryClient.invalidateQueries({ queryKey: ['products'] })
}
export function useCategories() {
  return useQuery({
    queryKey: ['product-categories'],
    queryFn: () => itemsOf(api.get<Page<Category>>('/product-categories')),
  })
}
export function useComparison(ids: Ref<number[]>, customer: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['product-compare', ids.value, customer.value]),
    queryFn: () =>
      api.get<Comparison>('/products/compare', {
        query: { ids: ids.value.join(','), customer_id: customer.value || undefined },
      }),
    enabled: computed(() => ids.value.length > 1),
  })
}

/** What a product costs on a day: for a customer, else for a tier and a region, else for somebody unknown. */
export function useOffer(id: Ref<number>, o: Ref<{ customer?: number; tier?: string; region?: string; on?: string }>) {
  return useQuery({
    queryKey: computed(() => ['product', id.value, 'offer', o.value]),
    queryFn: () =>
      api.get<Offer>(`/products/${id.value}/offer`, {
        query: {
          customer_id: o.value.customer || undefined,
          tier: o.value.tier,
          region: o.value.region,
          on: o.value.on,
        },
      }),
    enabled: computed(() => id.value > 0),
  })
}
export function usePricesOf(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['product', id.value, 'prices']),
    queryFn: () => itemsOf(api.get<Page<Price>>(`/products/${id.value}/prices`)),
    enabled: computed(() => id.value > 0),
  })
}
export function useDocuments(id: Ref<number>, all: Ref<boolean>) {
  return useQuery({
    queryKey: computed(() => ['product', id.value, 'documents', all.value]),
    queryFn: () =>
      itemsOf(
        api.get<Page<ProductDocument>>(`/products/${id.value}/documents`, { query: { all: all.value || undefined } }),
      ),
    enabled: computed(() => id.value > 0),
  })
}
export function usePriceLists() {
  return useQuery({ queryKey: ['price-lists'], queryFn: () => itemsOf(api.get<Page<PriceList>>('/price-lists')) })
}
export function usePriceList(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['price-list', id.value]),
    queryFn: () => api.get<PriceList>(`/price-lists/${id.value}`),
    enabled: computed(() => id.value > 0),
  })
}
export function usePricesOn(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['price-list', id.value, 'prices']),
    queryFn: () => itemsOf(api.get<Page<Price>>(`/price-lists/${id.value}/prices`)),
    enabled: computed(() => id.value > 0),
  })
}
export function useCurrencies() {
  return useQuery({
    queryKey: ['currencies'],
    queryFn: () => itemsOf(api.get<Page<{ code: string; digits: number }>>('/currencies')),
  })
}

export interface DealerFilter {
  q?: string
  city?: string
  product?: number
  kind?: string
  current?: boolean
  limit?: number
}
export function useDealers(f: Ref<DealerFilter>, enabled?: Ref<boolean>) {
  return pages<Dealer>(
    computed(() => ['dealers', f.value]),
    (cursor) =>
      api.get('/dealers', {
        query: {
          q: f.value.q,
          city: f.value.city,
          product_id: f.value.product || undefined,
          kind: f.value.kind,
          current: f.value.current || undefined,
          limit: f.value.limit ?? 50,
          cursor,
        },
      }),
    enabled,
  )
}
export function useDealer(id: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['dealer', id.value]),
    queryFn: () => api.get<Dealer>(`/dealers/${id.value}`),
    enabled: computed(() => id.value > 0),
  })
}
export function putDealer(d: Dealer) {
  queryClient.setQueryData(['dealer', d.id], d)
  void queryClient.invalidateQueries({ queryKey: ['dealers'] })
}
export interface City {
  name: string
  names: Record<string, string>
  country: string
}
export function useCities(q: Ref<string>) {
  return useQuery({
    queryKey: computed(() => ['cities', q.value]),
    queryFn: () => itemsOf(api.get<Page<City>>('/cities', { query: { q: q.value } })),
    enabled: computed(() => q.value.length > 0),
    placeholderData: (old: City[] | undefined) => old,
  })
}
export function useReferrals(ticket: Ref<number>) {
  return useQuery({
    queryKey: computed(() => ['referrals', ticket.value]),
    queryFn: () => itemsOf(api.get<Page<Referral>>(`/tickets/${ticket.value}/referrals`)),
    enabled: computed(() => ticket.value > 0),
  })
}
export function useReferralsOf(dealer: Ref<number>, enabled: Ref<boolean>) {
  return pages<Referral>(
    computed(() => ['dealer', dealer.value, 'referrals']),
    (cursor) => api.get(`/dealers/${dealer.value}/referrals`, { query: { limit: 30, cursor } }),
    enabled,
  )
}

/** Stores a document; what is said of it goes in the address, as the server wants it before the file. */
export function uploadDocument(
  product: number,
  about: { kind: string; locale: string; title: string; audience: string; replaces?: number },
  file: File,
  onProgress: (part: number) => void,
): Promise<ProductDocument> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.open('POST', url(`/products/${product}/documents`, about))
    xhr.setRequestHeader('Accept', 'application/json')
    xhr.setRequestHeader('Accept-Language', document.documentElement.lang)
    xhr.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total)
    xhr.onerror = () => reject(new Problem(0, 'network', ''))
    xhr.onload = () => {
      let body: unknown
      try {
        body = JSON.parse(xhr.responseText)
      } catch {
        body = undefined
      }
      if (xhr.status >= 200 && xhr.status < 300) return resolve(body as ProductDocument)
      reject(toProblem(xhr.status, body))
    }
    const form = new FormData()
    form.append('file', file, file.name)
    xhr.send(form)
  })
}

onChanges((batch) => {
  const stale = new Set<string>()
  for (const c of batch) {
    const again = (...key: (string | number)[]) => stale.add(JSON.stringify(key))
    if (c.about.kind === 'product') {
      again('product', c.about.id)
      again('products')
      again('product-compare')
    } else if (c.about.kind === 'product_category') again('product-categories')
    else if (c.about.kind === 'price_list') {
      again('price-lists')
      again('price-list', c.about.id)
      again('product')
    } else if (c.about.kind === 'dealer') {
      again('dealer', c.about.id)
      again('dealers')
    } else if (c.kind.startsWith('referral.')) {
      again('referrals', c.about.id)
      again('dealer')
    }
  }
  for (const key of stale) void queryClient.invalidateQueries({ queryKey: JSON.parse(key) })
})
