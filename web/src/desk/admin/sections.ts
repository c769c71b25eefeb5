import { computed } from 'vue'
import { can, moduleOn } from '@/session'

export interface Section {
  name: string
  label: string
  icon: string
  group: string
  needs?: string
  /** The module that it belongs to. */
  module?: string
  /** Other routes that belong to it. */
  also?: string[]
}

export const sections: Section[] = [
  { name: 'profile', label: 'admin.section.profile', icon: 'i-lucide-user-round', group: 'admin.group.mine' },
  { name: 'security', label: 'admin.section.security', icon: 'i-lucide-shield-check', group: 'admin.group.mine' },
  { name: 'shortcuts', label: 'admin.section.shortcuts', icon: 'i-lucide-keyboard', group: 'admin.group.mine' },
  {
    name: 'canned',
    label: 'admin.section.canned',
    icon: 'i-lucide-message-square-quote',
    group: 'admin.group.work',
    needs: 'ticket.work',
    also: ['canned-answer'],
  },
  {
    name: 'types',
    label: 'admin.section.types',
    icon: 'i-lucide-shapes',
    group: 'admin.group.work',
    needs: 'type.manage',
    also: ['type'],
  },
  {
    name: 'severities',
    label: 'admin.section.severities',
    icon: 'i-lucide-scale',
    group: 'admin.group.work',
    needs: 'type.manage',
  },
  {
    name: 'wording',
    label: 'admin.section.wording',
    icon: 'i-lucide-spell-check',
    group: 'admin.group.work',
    needs: 'type.manage',
    module: 'need',
  },
  {
    name: 'people',
    label: 'admin.section.people',
    icon: 'i-lucide-contact-round',
    group: 'admin.group.firm',
    needs: 'agent.manage',
  },
  {
    name: 'teams',
    label: 'admin.section.teams',
    icon: 'i-lucide-users',
    group: 'admin.group.firm',
    needs: 'team.manage',
  },
  {
    name: 'firm',
    label: 'admin.section.firm',
    icon: 'i-lucide-building-2',
    group: 'admin.group.firm',
    needs: 'setting.manage',
  },
  {
    name: 'modules',
    label: 'admin.section.modules',
    icon: 'i-lucide-toggle-right',
    group: 'admin.group.firm',
    needs: 'setting.manage',
  },
  {
    name: 'portal',
    label: 'admin.section.portal',
    icon: 'i-lucide-life-buoy',
    group: 'admin.group.firm',
    needs: 'setting.manage',
    module: 'portal',
  },
  {
    name: 'mailboxes',
    label: 'admin.section.mailboxes',
    icon: 'i-lucide-mailbox',
    group: 'admin.group.mail',
    needs: 'mailbox.manage',
    also: ['mailbox'],
  },
  {
    name: 'refused',
    label: 'admin.section.refused',
    icon: 'i-lucide-mail-x',
    group: 'admin.group.mail',
    needs: 'mailbox.manage',
  },
  {
    name: 'data',
    label: 'admin.section.data',
    icon: 'i-lucide-arrow-left-right',
    group: 'admin.group.system',
    needs: 'data.export',
    module: 'exchange',
    also: ['data-import'],
  },
  {
    name: 'jobs',
    label: 'admin.section.jobs',
    icon: 'i-lucide-list-x',
    group: 'admin.group.system',
    needs: 'job.manage',
  },
]

export function useSections() {
  return computed(() => sections.filter((s) => (!s.needs || can(s.needs)) && moduleOn(s.module)))
}
