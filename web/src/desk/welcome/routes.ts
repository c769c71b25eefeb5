import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/signin',
    name: 'signin',
    component: () => import('./SignIn.vue'),
    meta: { title: 'welcome.signin.title', open: true, bare: true },
  },
  {
    path: '/setup',
    name: 'setup',
    component: () => import('./Setup.vue'),
    meta: { title: 'welcome.setup.title', open: true, bare: true },
  },
  {
    path: '/join/:token',
    name: 'join',
    component: () => import('./Join.vue'),
    meta: { title: 'welcome.join.title', open: true, bare: true },
  },
]
