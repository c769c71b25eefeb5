import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/inbox/:view?/:ticket?',
    name: 'inbox',
    component: () => import('./Inbox.vue'),
    meta: {
      title: 'shell.rail.inbox',
      needs: 'ticket.work',
      rail: { icon: 'i-lucide-inbox', label: 'shell.rail.inbox', order: 10, keys: 'go.inbox' },
    },
  },
  {
    path: '/tickets/:number',
    name: 'ticket',
    component: () => import('./ByNumber.vue'),
    meta: { title: 'shell.rail.inbox' },
  },
]
