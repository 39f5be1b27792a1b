import { adminRoutes, linkRoute, start } from '@sanwang/ui';
import '@sanwang/ui/style.css';
import App from './App.vue';
import { nav } from './nav';
import { arrive } from './views/application/signing';
import { askFirst, loadBusinesses } from './api/portal';
import { comeBack } from './views/sign-in/platform';

if ('serviceWorker' in navigator) void navigator.serviceWorker.register('./sw.js');

const own = 'application.own';
// A page that lists what can be applied for: the list is asked for beside the page's code.
const offering = <T>(page: () => Promise<T>) => (): Promise<T> => {
  loadBusinesses().catch(() => undefined); // the page asks again, and tells
  return page();
};
// What an application goes through from start to signature: fetched ahead once somebody is signed in, so that a lost line stops nobody.
const way = {
  signIn: () => import('./views/sign-in/SignInView.vue'),
  invite: () => import('./views/application/InviteView.vue'),
  home: () => import('./views/application/HomeView.vue'),
  start: offering(() => import('./views/application/StartView.vue')),
  application: offering(() => import('./views/application/ApplicationView.vue')),
  sign: offering(() => import('./views/application/SignView.vue')),
  question: offering(() => import('./views/draft/QuestionView.vue')),
  check: offering(() => import('./views/draft/CheckView.vue')),
  correct: offering(() => import('./views/draft/CorrectView.vue'))
};

void start({
  root: App,
  title: ['不动产登记申请', 'Real estate registration'],
  withSession: true,
  languages: true,
  homes: nav,
  ahead: { permission: own, pages: Object.values(way) },
  arrive: () => {
    comeBack(window);
    arrive(window);
    askFirst(window.location.hash);
  },
  routes: [
    { path: '/', component: way.home, meta: { title: ['我的申请', 'My applications'] } },
    { path: '/sign-in', component: way.signIn, meta: { public: true, title: ['登录', 'Sign in'] } },
    { path: '/register', component: () => import('./views/account/RegisterView.vue'), meta: { public: true, title: ['注册账号', 'Register'] } },
    { path: '/recover', component: () => import('./views/account/RegisterView.vue'), props: { recover: true }, meta: { public: true, title: ['重设密码', 'New password'] } },
    { path: '/account', component: () => import('./views/account/AccountView.vue'), meta: { title: ['我的账号', 'My account'] } },
    { path: '/desk/people', component: () => import('./views/desk/ConfirmView.vue'), meta: { permission: 'person.confirm', title: ['窗口核验身份', 'Confirm a person'] } },
    { path: '/start', component: way.start, meta: { permission: own, title: ['选择业务', 'Choose what to apply for'] } },
    { path: '/invite/:code?', component: way.invite, props: true, meta: { permission: own, title: ['签名邀请', 'Invitation'] } },
    { path: '/need', component: offering(() => import('./views/need/NeedView.vue')), meta: { public: true, title: ['我该办什么', 'What do I need'] } },
    { path: '/a/:id', component: way.application, props: true, meta: { permission: own, title: ['办理进度', 'Progress'] } },
    { path: '/a/:id/sign', component: way.sign, props: true, meta: { permission: own, title: ['签名', 'Sign'] } },
    { path: '/a/:id/withdraw', component: () => import('./views/application/WithdrawView.vue'), props: true, meta: { permission: own, title: ['撤回申请', 'Withdraw'] } },
    { path: '/a/:id/ask/:party?/:question?', component: () => import('./views/application/RecordView.vue'), props: true, meta: { permission: own, title: ['询问笔录', 'Record of inquiry'] } },
    { path: '/a/:id/check', component: way.check, props: true, meta: { permission: own, title: ['核对', 'Check your answers'] } },
    { path: '/a/:id/correct', component: way.correct, props: true, meta: { permission: own, title: ['补正', 'Put right'] } },
    { path: '/a/:id/q/:question', component: way.question, props: true, meta: { permission: own, title: ['填写申请', 'Application'] } },
    { path: '/batches', component: () => import('./views/batch/BatchListView.vue'), meta: { permission: own, title: ['集中申请', 'Batches'] } },
    { path: '/batches/new', component: () => import('./views/batch/BatchStart.vue'), meta: { permission: own, title: ['新的集中申请', 'New batch'] } },
    { path: '/batches/:id', component: () => import('./views/batch/BatchView.vue'), props: true, meta: { permission: own, title: ['集中申请', 'Batch'] } },
    { path: '/documents', component: () => import('./views/document/DocumentsView.vue'), meta: { permission: own, title: ['我的证照和文书', 'My certificates and papers'] } },
    { path: '/verify', component: () => import('./views/certificate/VerifyView.vue'), meta: { public: true, title: ['验证电子证照', 'Verify a certificate'] } },
    { path: '/guide', component: offering(() => import('./views/guide/GuideListView.vue')), meta: { public: true, title: ['办事指南', 'Guides'] } },
    { path: '/guide/b/:code', component: offering(() => import('./views/guide/GuideView.vue')), props: true, meta: { public: true, title: ['办事指南', 'Guide'] } },
    { path: '/guide/:slug', component: () => import('./views/guide/ArticleView.vue'), props: true, meta: { public: true, title: ['办事指南', 'Guide'] } },
    { path: '/appointments', component: () => import('./views/appointment/AppointmentView.vue'), meta: { permission: own, title: ['预约', 'Appointments'] } },
    { path: '/queries', component: () => import('./views/query/QueryView.vue'), meta: { permission: own, title: ['不动产查询', 'Ask the register'] } },
    { path: '/track', component: () => import('./views/query/TrackView.vue'), meta: { public: true, title: ['办理进度查询', 'Progress of a case'] } },
    { path: '/notices', component: () => import('./views/notice/NoticeView.vue'), meta: { public: true, title: ['登记公告', 'Public notices'] } },
    { path: '/feedback', component: () => import('./views/feedback/FeedbackView.vue'), meta: { permission: own, title: ['意见建议', 'Feedback'] } },
    { path: '/desk/running', component: () => import('./views/desk/RunningDesk.vue'), meta: { permission: 'message.write', title: ['运行看板', 'How it runs'] } },
    { path: '/desk/ports', component: () => import('./views/desk/PortDesk.vue'), meta: { permission: 'message.write', title: ['集中申请端口', 'Batch ports'] } },
    { path: '/desk/articles', component: () => import('./views/desk/ArticleDesk.vue'), meta: { permission: 'article.write', title: ['指南与问答', 'Guides and answers'] } },
    { path: '/desk/feedback', component: () => import('./views/desk/FeedbackDesk.vue'), meta: { permission: 'feedback.answer', title: ['意见建议处理', 'Feedback desk'] } },
    linkRoute,
    ...adminRoutes,
    { path: '/:rest(.*)*', redirect: '/' }
  ]
});
