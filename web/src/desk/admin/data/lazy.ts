import { defineAsyncComponent } from 'vue'
import { withTexts } from '@/i18n'

/** The button of a list that takes it out; loaded with its texts when a list shows it. */
export const ExportMenu = defineAsyncComponent(() => withTexts('data', import('./ExportMenu.vue')))
