import type { RouteRecordRaw } from 'vue-router'
import './live'

export const routes: RouteRecordRaw[] = [
  {
    path: '/customers',
    name: 'customers',
    component: () => import('./CustomerList.vue'),
    meta: {
      title: 'customers.title',
      needs: 'customer.view',
      texts: ['customers', 'portrait'],
      rail: { icon: 'i-lucide-contact', label: 'shell.rail.customers', order: 30 },
    },
  },
  {
    path: '/customers/new',
    name: 'customer-new',
    component: () => import('./CustomerNew.vue'),
    meta: { title: 'customers.new', needs: 'customer.edit', texts: ['customers', 'portrait'] },
  },
  {
    path: '/customers/:id(\\d+)',
    name: 'customer',
    component: () => import('./CustomerPage.vue'),
    meta: { title: 'customers.one', needs: 'customer.view', texts: ['customers', 'portrait'] },
  },
  {
    path: '/customers/:id(\\d+)/edit',
    name: 'customer-edit',
    component: () => import('./CustomerEdit.vue'),
    meta: { title: 'customers.edit', needs: 'customer.edit', texts: ['customers', 'portrait'] },
  },
]
