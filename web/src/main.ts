import ui from '@nuxt/ui/vue-plugin'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import './styles/main.css'
import App from './desk/App.vue'
import { router } from './desk/router'
import { i18n, isLocale, setLocale } from './i18n'
import { queryClient } from './query'

const lang = document.documentElement.lang
setLocale(isLocale(lang) ? lang : 'en').then(() => {
  createApp(App).use(router).use(i18n).use(VueQueryPlugin, { queryClient }).use(ui).mount('#app')
})
