import type { RouteRecordRaw } from 'vue-router'
import { can } from '@/session'

// Everyday employees (R064): log a request, look up a customer, see one's own. Who works tickets has the inbox instead.
export const routes: RouteRecordRaw[] = [
  {
    path: '/requests/:ticket?',
    name: 'simple',
    component: () => import('./Simple.vue'),
    meta: { title: 'shell.rail.simple', needs: ['ticket.view_own', 'ticket.create'] },
    beforeEnter: () => (can('ticket.work') ? { name: 'inbox', params: { view: 'mine' } } : true),
  },
]
