import { fileURLToPath } from 'node:url'
import VueI18n from '@intlify/unplugin-vue-i18n/vite'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  plugins: [
    vue(),
    ui({
      colorMode: false,
      autoImport: { dts: 'types/auto-imports.d.ts' },
      components: { dts: 'types/components.d.ts', dirs: [] },
      icon: {
        clientBundle: {
          scan: { globInclude: ['src/**/*.{vue,ts}'], globExclude: ['node_modules', 'dist', 'src/**/*.test.ts'] },
        },
      },
      ui: {
        colors: { primary: 'brand', neutral: 'ink' },
        button: { slots: { base: 'font-medium' }, defaultVariants: { size: 'sm' } },
        input: { defaultVariants: { size: 'sm' } },
        textarea: { defaultVariants: { size: 'sm' } },
        select: { defaultVariants: { size: 'sm' } },
        selectMenu: { defaultVariants: { size: 'sm' } },
        formField: { defaultVariants: { size: 'sm' } },
        tooltip: { slots: { content: 'h-auto py-1' } },
        modal: {
          slots: {
            title: 'text-[15px]',
            header: 'min-h-12 px-5 py-3 sm:px-5',
            body: 'p-5 sm:p-5',
            footer: 'px-5 py-3 sm:px-5',
          },
        },
        slideover: { slots: { header: 'min-h-12 px-4 py-2 sm:px-4', body: 'p-0 sm:p-0' } },
        dropdownMenu: { defaultVariants: { size: 'sm' } },
        table: {
          slots: { th: 'py-2 px-3 text-xs font-medium text-muted', td: 'py-1.5 px-3 text-[13px] text-default' },
        },
      },
    } as never),
    VueI18n({
      include: [fileURLToPath(new URL('./src/i18n/*/*.json', import.meta.url))],
      runtimeOnly: true,
      strictMessage: false,
    }),
  ],
  build: { target: 'es2022', manifest: true },
  server: {
    proxy: {
      '/api': process.env.HEED_API ?? 'http://127.0.0.1:8080',
      '/files': process.env.HEED_API ?? 'http://127.0.0.1:8080',
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
})
