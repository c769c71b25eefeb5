import type { RouteRecordRaw } from 'vue-router'

const catalog = { module: 'catalog', texts: ['offer'], needs: 'catalog.view' }
const editCatalog = { ...catalog, needs: 'catalog.edit' }
const dealer = { module: 'dealer', texts: ['offer'], needs: 'catalog.view' }
const editDealer = { ...dealer, needs: 'dealer.edit' }

export const routes: RouteRecordRaw[] = [
  {
    path: '/products',
    name: 'products',
    component: () => import('./ProductList.vue'),
    meta: {
      ...catalog,
      title: 'shell.rail.products',
      rail: { icon: 'i-lucide-package', label: 'shell.rail.products', order: 50 },
    },
  },
  {
    path: '/products/compare',
    name: 'product-compare',
    component: () => import('./Compare.vue'),
    meta: { ...catalog, title: 'offer.compare.title' },
  },
  {
    path: '/products/categories',
    name: 'product-categories',
    component: () => import('./CategoryList.vue'),
    meta: { ...editCatalog, title: 'offer.category.title' },
  },
  {
    path: '/products/new',
    name: 'product-new',
    component: () => import('./ProductEdit.vue'),
    meta: { ...editCatalog, title: 'offer.product.new' },
  },
  {
    path: '/products/:id(\\d+)',
    name: 'product',
    component: () => import('./ProductPage.vue'),
    meta: { ...catalog, title: 'offer.product.one' },
  },
  {
    path: '/products/:id(\\d+)/edit',
    name: 'product-edit',
    component: () => import('./ProductEdit.vue'),
    meta: { ...editCatalog, title: 'offer.product.edit' },
  },
  {
    path: '/price-lists',
    name: 'price-lists',
    component: () => import('./PriceLists.vue'),
    meta: { ...catalog, title: 'offer.list.title' },
  },
  {
    path: '/price-lists/:id(\\d+|new)',
    name: 'price-list',
    component: () => import('./PriceListPage.vue'),
    meta: { ...catalog, title: 'offer.list.one' },
  },
  {
    path: '/dealers',
    name: 'dealers',
    component: () => import('./DealerList.vue'),
    meta: {
      ...dealer,
      title: 'shell.rail.dealers',
      rail: { icon: 'i-lucide-store', label: 'shell.rail.dealers', order: 55 },
    },
  },
  {
    path: '/dealers/new',
    name: 'dealer-new',
    component: () => import('./DealerEdit.vue'),
    meta: { ...editDealer, title: 'offer.dealer.new' },
  },
  {
    path: '/dealers/:id(\\d+)',
    name: 'dealer',
    component: () => import('./DealerPage.vue'),
    meta: { ...dealer, title: 'offer.dealer.one' },
  },
  {
    path: '/dealers/:id(\\d+)/edit',
    name: 'dealer-edit',
    component: () => import('./DealerEdit.vue'),
    meta: { ...editDealer, title: 'offer.dealer.edit' },
  },
]
