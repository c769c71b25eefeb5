import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { i18n, loadTexts } from '@/i18n'
import { can, loadMeta, moduleOn, ready, session } from '@/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Message key of the page's title. */
    title?: string
    /** Reachable without being signed in. */
    open?: boolean
    /** Any one of these permissions opens the page. */
    needs?: string | string[]
    /** The module that it belongs to; where that is off, the page is not there. */
    module?: string
    /** Areas whose texts it needs, beyond those of the first pages. */
    texts?: string[]
    /** Shown on the rail. */
    rail?: { icon: string; label: string; order: number; keys?: string }
    /** Drawn without rail (sign-in, set-up, invitation). */
    bare?: boolean
  }
}

// Every area brings its own routes: desk/AREA/routes.ts exports `routes`.
const areas = import.meta.glob<{ routes: RouteRecordRaw[] }>('./*/routes.ts', { eager: true })
export const routes: RouteRecordRaw[] = Object.values(areas).flatMap((m) => m.routes)

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    // Never shown: the guard sends everybody on, once it is known who they are.
    { path: '/', name: 'home', component: () => import('./shell/NotFound.vue') },
    ...routes,
    {
      path: '/forbidden',
      name: 'forbidden',
      component: () => import('./shell/Forbidden.vue'),
      meta: { title: 'shell.forbidden.title' },
    },
    {
      path: '/:rest(.*)*',
      name: 'not-found',
      component: () => import('./shell/NotFound.vue'),
      meta: { title: 'shell.not_found.title' },
    },
  ],
})

/** Where somebody starts: the desk, or for everyday employees the one simple page. */
export function home() {
  return can('ticket.work') ? { name: 'inbox', params: { view: 'mine' } } : { name: 'simple' }
}

export function allowed(needs: string | string[] | undefined): boolean {
  return !needs || (Array.isArray(needs) ? needs : [needs]).some(can)
}

router.beforeEach(async (to) => {
  if (to.meta.open) return true
  try {
    await ready()
  } catch {
    return true // the shell shows "cannot reach the server" and tries again
  }
  if (session.status === 'out') {
    const meta = await loadMeta().catch(() => null)
    if (meta?.setup_needed && router.hasRoute('setup')) return { name: 'setup', query: to.query }
    return { name: 'signin', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  }
  if (to.path === '/') return home()
  if (!allowed(to.meta.needs)) return { name: 'forbidden' }
  if (!moduleOn(to.meta.module)) return { name: 'not-found', params: { rest: to.path.slice(1).split('/') } }
  // A language that cannot be had now must not keep the page away: it shows in English.
  await loadTexts(...to.matched.flatMap((r) => r.meta.texts ?? [])).catch(() => {})
  return true
})

/** The tab's title: page and firm. */
export function titleOf(key: string | undefined): string {
  const firm = session.me?.firm.name || session.meta?.firm_name || 'Heed 知音'
  return key ? `${i18n.global.t(key)} · ${firm}` : firm
}
