import type { RouteRecordRaw } from 'vue-router'

// The twenty-second path: who, what, answer, done, on one page and in one save (R296).
export const routes: RouteRecordRaw[] = [
  {
    path: '/quick',
    name: 'quick',
    component: () => import('./Quick.vue'),
    meta: {
      title: 'shell.rail.quick',
      needs: 'ticket.work',
      texts: ['quick', 'facts'],
      rail: { icon: 'i-lucide-zap', label: 'shell.rail.quick', order: 15, keys: 'q' },
    },
  },
]
