// What the navigation shows, by permission; the first allowed entry is where people start.
import { adminNav, type NavItem } from '@sanwang/ui';

export const nav: NavItem[] = [
  { to: '/', text: ['我的申请', 'My applications'], permission: 'application.own' },
  { to: '/documents', text: ['我的证照文书', 'My papers'], permission: 'application.own' },
  { to: '/account', text: ['我的账号', 'My account'], permission: 'account.prove' },
  { to: '/desk/running', text: ['运行看板', 'How it runs'], permission: 'message.write' },
  { to: '/desk/ports', text: ['集中申请端口', 'Batch ports'], permission: 'message.write' },
  { to: '/desk/articles', text: ['指南与问答', 'Guides and answers'], permission: 'article.write' },
  { to: '/desk/feedback', text: ['意见建议处理', 'Feedback desk'], permission: 'feedback.answer' },
  { to: '/desk/people', text: ['窗口核验身份', 'Confirm a person'], permission: 'person.confirm' },
  { to: '/need', text: ['我该办什么', 'What do I need'] },
  { to: '/guide', text: ['办事指南', 'Guides'] },
  { to: '/queries', text: ['不动产查询', 'Ask the register'], permission: 'application.own' },
  { to: '/notices', text: ['登记公告', 'Public notices'] },
  { to: '/track', text: ['进度查询', 'Progress'] },
  { to: '/appointments', text: ['预约', 'Appointments'], permission: 'application.own' },
  { to: '/feedback', text: ['意见建议', 'Feedback'], permission: 'application.own' },
  { to: '/links', text: ['链路与数据包', 'Links and bundles'], permission: 'link.read' },
  { to: '/verify', text: ['验证证照', 'Verify a certificate'] },
  ...adminNav
];
