import type { RouteRecordRaw } from 'vue-router'
import './live'

export const routes: RouteRecordRaw[] = [
  {
    path: '/settings',
    name: 'settings',
    component: () => import('./Settings.vue'),
    redirect: { name: 'profile' },
    meta: { title: 'admin.title', rail: { icon: 'i-lucide-settings', label: 'admin.title', order: 90 } },
    children: [
      {
        path: 'profile',
        name: 'profile',
        component: () => import('./profile/Profile.vue'),
        meta: { title: 'admin.section.profile' },
      },
      {
        path: 'security',
        name: 'security',
        component: () => import('./profile/Security.vue'),
        meta: { title: 'admin.section.security' },
      },
      {
        path: 'shortcuts',
        name: 'shortcuts',
        component: () => import('./profile/Shortcuts.vue'),
        meta: { title: 'admin.section.shortcuts' },
      },
      {
        path: 'canned',
        name: 'canned',
        component: () => import('./canned/CannedAnswers.vue'),
        meta: { title: 'admin.section.canned', needs: 'ticket.work' },
      },
      {
        path: 'canned/:id(\\d+|new)',
        name: 'canned-answer',
        component: () => import('./canned/CannedForm.vue'),
        meta: { title: 'admin.section.canned', needs: 'ticket.work' },
      },
      {
        path: 'wording',
        name: 'wording',
        component: () => import('./wording/Wording.vue'),
        meta: { title: 'admin.section.wording', needs: 'type.manage', module: 'need', texts: ['wording'] },
      },
      {
        path: 'types',
        name: 'types',
        component: () => import('./types/Types.vue'),
        meta: { title: 'admin.section.types', needs: 'type.manage', texts: ['types', 'facts'] },
      },
      {
        path: 'types/:id(\\d+|new)',
        name: 'type',
        component: () => import('./types/TypeForm.vue'),
        meta: { title: 'admin.section.types', needs: 'type.manage', texts: ['types', 'facts'] },
      },
      {
        path: 'severities',
        name: 'severities',
        component: () => import('./types/Severities.vue'),
        meta: { title: 'admin.section.severities', needs: 'type.manage', texts: ['types', 'facts', 'portrait'] },
      },
      {
        path: 'people',
        name: 'people',
        component: () => import('./people/People.vue'),
        meta: { title: 'admin.section.people', needs: 'agent.manage' },
      },
      {
        path: 'teams',
        name: 'teams',
        component: () => import('./people/Teams.vue'),
        meta: { title: 'admin.section.teams', needs: 'team.manage' },
      },
      {
        path: 'modules',
        name: 'modules',
        component: () => import('./firm/Modules.vue'),
        meta: { title: 'admin.section.modules', needs: 'setting.manage' },
      },
      {
        path: 'portal',
        name: 'portal',
        component: () => import('./firm/Portal.vue'),
        meta: { title: 'admin.section.portal', needs: 'setting.manage', module: 'portal', texts: ['portal'] },
      },
      {
        path: 'firm',
        name: 'firm',
        component: () => import('./firm/Firm.vue'),
        meta: { title: 'admin.section.firm', needs: 'setting.manage' },
      },
      {
        path: 'mailboxes',
        name: 'mailboxes',
        component: () => import('./mail/Mailboxes.vue'),
        meta: { title: 'admin.section.mailboxes', needs: 'mailbox.manage' },
      },
      {
        path: 'mailboxes/:id(\\d+|new)',
        name: 'mailbox',
        component: () => import('./mail/MailboxPage.vue'),
        meta: { title: 'admin.section.mailboxes', needs: 'mailbox.manage' },
      },
      {
        path: 'refused',
        name: 'refused',
        component: () => import('./mail/Refused.vue'),
        meta: { title: 'admin.section.refused', needs: 'mailbox.manage' },
      },
      {
        path: 'data',
        name: 'data',
        component: () => import('./data/Data.vue'),
        meta: { title: 'admin.section.data', needs: 'data.export', module: 'exchange', texts: ['data'] },
      },
      {
        path: 'data/:id(\\d+)',
        name: 'data-import',
        component: () => import('./data/ImportPage.vue'),
        meta: { title: 'admin.section.data', needs: 'data.import', module: 'exchange', texts: ['data'] },
      },
      {
        path: 'jobs',
        name: 'jobs',
        component: () => import('./jobs/Jobs.vue'),
        meta: { title: 'admin.section.jobs', needs: 'job.manage' },
      },
    ],
  },
]
