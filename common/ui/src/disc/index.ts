// The disc ferry's pages: what both zones have is here, what one zone alone does lies with it.
import type { RouteRecordRaw } from 'vue-router';

export * from './api';
export * from './custody';
export { default as DiscNav } from './DiscNav.vue';
export { default as DiscTable } from './DiscTable.vue';
export { default as ScanField } from './ScanField.vue';

// numbers: blanks are numbered on this side.
export function discRoutes(numbers: boolean): RouteRecordRaw[] {
  const meta = { permission: 'disc.read', title: ['光盘摆渡', 'Disc ferry'] as const };
  return [
    { path: '/discs/:id', component: () => import('./DiscPage.vue'), props: true, meta },
    { path: '/disc-blanks', component: () => import('./BlankPage.vue'), props: { numbers }, meta },
    { path: '/disc-refusals', component: () => import('./RefusalPage.vue'), meta },
    { path: '/disc-books', component: () => import('./BookPage.vue'), meta }
  ];
}
