import type { RouteRecordRaw } from 'vue-router'
import './live'

// What is done with knowledge: who must read it, what is missing, the ways through it. Tabs of the knowledge base.
const base = { module: 'knowledge', texts: ['knowledge', 'answers'], needs: 'knowledge.read' }

export const routes: RouteRecordRaw[] = [
  {
    path: '/knowledge/readings',
    name: 'readings',
    component: () => import('./Readings.vue'),
    meta: {
      ...base,
      title: 'knowledge.tab.readings',
      tab: { label: 'knowledge.tab.readings', icon: 'i-lucide-mail-open', order: 15 },
    },
  },
  {
    path: '/knowledge/readings/:id(\\d+)',
    name: 'reading',
    component: () => import('./Readings.vue'),
    meta: { ...base, title: 'knowledge.tab.readings' },
  },
  {
    path: '/knowledge/practice',
    name: 'practice',
    component: () => import('./Practice.vue'),
    meta: {
      ...base,
      title: 'knowledge.tab.practice',
      tab: { label: 'knowledge.tab.practice', icon: 'i-lucide-gallery-vertical-end', order: 30 },
    },
  },
  {
    path: '/knowledge/flows',
    name: 'flows',
    component: () => import('./Flows.vue'),
    meta: {
      ...base,
      title: 'knowledge.tab.flows',
      tab: { label: 'knowledge.tab.flows', icon: 'i-lucide-git-fork', order: 40 },
    },
  },
  {
    path: '/knowledge/flows/:id(\\d+|new)',
    name: 'flow',
    component: () => import('./FlowEdit.vue'),
    meta: { ...base, title: 'knowledge.tab.flows', needs: 'knowledge.write' },
  },
  {
    path: '/knowledge/gaps',
    name: 'gaps',
    component: () => import('./Gaps.vue'),
    meta: {
      ...base,
      title: 'knowledge.tab.gaps',
      tab: { label: 'knowledge.tab.gaps', icon: 'i-lucide-puzzle', order: 50 },
    },
  },
  {
    path: '/reports/answers',
    name: 'report-answers',
    component: () => import('./Report.vue'),
    meta: {
      ...base,
      title: 'knowledge.tab.report',
      tab: { label: 'knowledge.tab.report', icon: 'i-lucide-chart-column', order: 60 },
    },
  },
  {
    path: '/knowledge/:id(\\d+)/recipients',
    name: 'article-recipients',
    component: () => import('./Recipients.vue'),
    meta: { ...base, title: 'answers.wrong.title' },
  },
]
