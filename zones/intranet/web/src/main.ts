import { adminRoutes, discRoutes, linkRoute, SignIn, start } from '@sanwang/ui';
import '@sanwang/ui/style.css';
import App from './App.vue';
import { nav } from './nav';
import DiscView from './views/disc/DiscView.vue';
import TaskListView from './views/task/TaskListView.vue';
import TaskView from './views/task/TaskView.vue';

void start({
  root: App,
  title: ['权籍审核', 'Cadastral review'],
  withSession: true,
  homes: nav,
  routes: [
    { path: '/', component: { render: () => null } },
    { path: '/sign-in', component: SignIn, meta: { public: true, title: ['登录', 'Sign in'] } },
    { path: '/tasks', component: TaskListView, meta: { permission: 'task.read', title: ['审核任务', 'Tasks'] } },
    { path: '/tasks/:id', component: TaskView, props: true, meta: { permission: 'task.read', title: ['审核任务', 'Task'] } },
    { path: '/discs', component: DiscView, meta: { permission: 'disc.read', title: ['光盘摆渡', 'Disc ferry'] } },
    ...discRoutes(false),
    linkRoute,
    ...adminRoutes,
    { path: '/:rest(.*)*', redirect: '/' }
  ]
});
