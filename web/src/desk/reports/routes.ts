import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    // The rail leads to where the area begins.
    path: '/reports',
    redirect: { name: 'report-requests' },
  },
  {
    path: '/reports/requests',
    name: 'report-requests',
    component: () => import('./Requests.vue'),
    meta: {
      title: 'shell.rail.reports',
      needs: 'type.manage',
      texts: ['reports', 'facts'],
      rail: { icon: 'i-lucide-chart-column', label: 'shell.rail.reports', order: 70 },
    },
  },
  {
    path: '/reports/listening',
    name: 'report-listening',
    component: () => import('./Listening.vue'),
    meta: {
      title: 'shell.rail.reports',
      needs: 'type.manage',
      module: 'need',
      texts: ['reports', 'need'],
    },
  },
]
