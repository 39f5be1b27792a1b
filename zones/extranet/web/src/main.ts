import { adminRoutes, discRoutes, linkRoute, SignIn, start } from '@sanwang/ui';
import '@sanwang/ui/style.css';
import './registry.css';
import App from './App.vue';
import { nav } from './nav';
import AccessView from './views/access/AccessView.vue';
import LinkView from './views/link/LinkView.vue';
import AppointmentView from './views/appointment/AppointmentView.vue';
import ArchiveView from './views/archive/ArchiveView.vue';
import ClosedView from './views/case/ClosedView.vue';
import CaseView from './views/case/CaseView.vue';
import OpinionView from './views/desk/OpinionView.vue';
import QueueView from './views/desk/QueueView.vue';
import ReminderView from './views/desk/ReminderView.vue';
import DesignList from './views/design/DesignList.vue';
import DiscView from './views/disc/DiscView.vue';
import PaperView from './views/paper/PaperView.vue';
import LogView from './views/register/LogView.vue';
import UnitView from './views/register/UnitView.vue';
import RuleView from './views/rule/RuleView.vue';
import WindowView from './views/window/WindowView.vue';

// The canvas is large, and few open it.
const DesignView = (): Promise<unknown> => import('./views/design/DesignView.vue');

void start({
  root: App,
  title: ['不动产登记业务', 'Registration office'],
  withSession: true,
  homes: nav,
  routes: [
    { path: '/', component: QueueView, meta: { title: ['待办办件', 'Cases to do'] } },
    { path: '/sign-in', component: SignIn, meta: { public: true, title: ['登录', 'Sign in'] } },
    { path: '/closed', component: ClosedView, meta: { permission: 'case.read', title: ['已办结办件', 'Closed cases'] } },
    { path: '/reminders', component: ReminderView, meta: { permission: 'case.read', title: ['超期预警', 'Reminders'] } },
    { path: '/window', component: WindowView, meta: { permission: 'case.intake', title: ['窗口收件', 'Window intake'] } },
    { path: '/opinions', component: OpinionView, meta: { permission: 'case.read', title: ['意见模板', 'Templates'] } },
    { path: '/rules', component: RuleView, meta: { permission: 'case.read', title: ['审查规则', 'Review rules'] } },
    { path: '/designs', component: DesignList, meta: { permission: 'business.propose', title: ['业务设计', 'Businesses'] } },
    { path: '/designs/new', component: DesignView, meta: { permission: 'business.propose', title: ['新建业务', 'New business'] } },
    { path: '/designs/:code/:version', component: DesignView, props: (route) => ({ code: String(route.params.code), version: Number(route.params.version), copy: Boolean(route.query.copy) }), meta: { permission: 'business.propose', title: ['业务设计', 'Business'] } },
    { path: '/case/:id', component: CaseView, props: true, meta: { permission: 'case.read', title: ['办件', 'Case'] } },
    { path: '/register', component: LogView, meta: { permission: 'register.read', title: ['登记簿', 'Register'] } },
    { path: '/register/:code', component: UnitView, props: (route) => ({ code: String(route.params.code), day: route.query.day ? String(route.query.day) : undefined }), meta: { permission: 'register.read', title: ['登记簿', 'Register'] } },
    { path: '/access', component: AccessView, meta: { permission: 'register.read', title: ['接入上报', 'Reporting'] } },
    { path: '/appointments', component: AppointmentView, meta: { permission: 'appointment.serve', title: ['预约', 'Appointments'] } },
    { path: '/papers', component: PaperView, props: (route) => ({ paper: route.query.paper ? String(route.query.paper) : '' }), meta: { permission: 'paper.make', title: ['缮证与发证', 'Certificates on paper'] } },
    { path: '/archive', component: ArchiveView, meta: { permission: 'archive.read', title: ['登记档案', 'Archive'] } },
    Object.assign({}, linkRoute, { component: LinkView }),
    { path: '/discs', component: DiscView, meta: { permission: 'disc.read', title: ['光盘导入', 'Discs'] } },
    ...discRoutes(true),
    ...adminRoutes,
    { path: '/:rest(.*)*', redirect: '/' }
  ]
});
