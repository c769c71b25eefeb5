import { QueryClient } from '@tanstack/vue-query'
import { isProblem } from './api/client'

// Live events keep what is cached fresh, so nothing is asked again merely because time passed or the tab was looked at.
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: 'always',
      retry: (count, e) => isProblem(e) && e.transient && e.status !== 429 && count < 2,
    },
    mutations: { networkMode: 'always' },
  },
})
