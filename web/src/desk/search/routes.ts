import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/search',
    name: 'search',
    component: () => import('./Search.vue'),
    meta: {
      title: 'shell.rail.search',
      needs: 'ticket.work',
      rail: { icon: 'i-lucide-search', label: 'shell.rail.search', order: 15 },
    },
  },
]
