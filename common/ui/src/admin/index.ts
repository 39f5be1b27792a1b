// Pages of administration, the same in every zone: routes and what the navigation shows.
import type { RouteRecordRaw } from 'vue-router';
import type { NavItem } from '../components/AppShell.vue';

export const linkRoute: RouteRecordRaw = { path: '/links', component: () => import('../components/LinkBoard.vue'), meta: { permission: 'link.read', title: ['链路与数据包', 'Links and bundles'] } };
export const adminRoutes: RouteRecordRaw[] = [
  { path: '/people', component: () => import('./PeopleBoard.vue'), meta: { permission: 'account.read', title: ['人员', 'People'] } },
  { path: '/roles', component: () => import('./RoleBoard.vue'), meta: { permission: 'account.read', title: ['角色', 'Roles'] } },
  { path: '/organisations', component: () => import('./OrganisationBoard.vue'), meta: { permission: 'account.read', title: ['机构', 'Organisations'] } },
  { path: '/rights', component: () => import('./RightsBoard.vue'), meta: { permission: 'rights.read', title: ['有效权限', 'Effective rights'] } },
  { path: '/looks', component: () => import('./LookBoard.vue'), meta: { permission: 'look.read', title: ['敏感信息查阅记录', 'Looks at personal data'] } },
  { path: '/files', component: () => import('./FixityBoard.vue'), meta: { permission: 'fixity.read', title: ['文件完好性', 'Stored files'] } },
  { path: '/keys', component: () => import('./KeyBoard.vue'), meta: { permission: 'key.read', title: ['数据密钥', 'Data keys'] } }
];
export const adminNav: NavItem[] = [
  { to: '/people', text: ['人员', 'People'], permission: 'account.read' },
  { to: '/roles', text: ['角色', 'Roles'], permission: 'account.read' },
  { to: '/organisations', text: ['机构', 'Organisations'], permission: 'account.read' },
  { to: '/rights', text: ['有效权限', 'Rights'], permission: 'rights.read' },
  { to: '/looks', text: ['查阅记录', 'Looks'], permission: 'look.read' },
  { to: '/files', text: ['文件', 'Files'], permission: 'fixity.read' },
  { to: '/keys', text: ['数据密钥', 'Data keys'], permission: 'key.read' }
];
