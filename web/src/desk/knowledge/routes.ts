import type { RouteRecordRaw } from 'vue-router'
import './live'

declare module 'vue-router' {
  interface RouteMeta {
    /** A page of the knowledge base that its tabs lead to. */
    tab?: { label: string; icon: string; order: number }
  }
}

const base = { module: 'knowledge', texts: ['knowledge'], needs: 'knowledge.read' }

export const routes: RouteRecordRaw[] = [
  {
    path: '/knowledge',
    name: 'knowledge',
    component: () => import('./ArticleList.vue'),
    meta: {
      ...base,
      title: 'shell.rail.knowledge',
      rail: { icon: 'i-lucide-book-open', label: 'shell.rail.knowledge', order: 40 },
      tab: { label: 'knowledge.tab.articles', icon: 'i-lucide-book-open', order: 10 },
    },
  },
  {
    path: '/knowledge/stale',
    name: 'knowledge-stale',
    component: () => import('./StaleList.vue'),
    meta: {
      ...base,
      title: 'knowledge.tab.stale',
      tab: { label: 'knowledge.tab.stale', icon: 'i-lucide-hourglass', order: 20 },
    },
  },
  {
    path: '/knowledge/glossary',
    name: 'knowledge-glossary',
    component: () => import('./Glossary.vue'),
    meta: {
      ...base,
      title: 'knowledge.tab.glossary',
      tab: { label: 'knowledge.tab.glossary', icon: 'i-lucide-spell-check', order: 80 },
    },
  },
  {
    path: '/knowledge/experts',
    name: 'knowledge-experts',
    component: () => import('./Experts.vue'),
    meta: {
      ...base,
      title: 'knowledge.tab.experts',
      tab: { label: 'knowledge.tab.experts', icon: 'i-lucide-graduation-cap', order: 85 },
    },
  },
  {
    path: '/knowledge/synonyms',
    name: 'knowledge-synonyms',
    component: () => import('./Synonyms.vue'),
    meta: {
      ...base,
      title: 'knowledge.tab.synonyms',
      tab: { label: 'knowledge.tab.synonyms', icon: 'i-lucide-equal-approximately', order: 90 },
    },
  },
  {
    path: '/knowledge/new',
    name: 'article-new',
    component: () => import('./ArticleEdit.vue'),
    meta: { ...base, title: 'knowledge.new', needs: 'knowledge.write' },
  },
  {
    path: '/knowledge/:id(\\d+)',
    name: 'article',
    component: () => import('./ArticleRead.vue'),
    meta: { ...base, title: 'knowledge.one' },
  },
  {
    path: '/knowledge/:id(\\d+)/edit',
    name: 'article-edit',
    component: () => import('./ArticleEdit.vue'),
    meta: { ...base, title: 'knowledge.edit', needs: 'knowledge.write' },
  },
  {
    path: '/knowledge/:id(\\d+)/versions',
    name: 'article-versions',
    component: () => import('./Versions.vue'),
    meta: { ...base, title: 'knowledge.versions' },
  },
]
