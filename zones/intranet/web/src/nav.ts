// What the navigation shows, by permission; the first allowed entry is where people start.
import { adminNav, type NavItem } from '@sanwang/ui';

export const nav: NavItem[] = [
  { to: '/tasks', text: ['审核任务', 'Tasks'], permission: 'task.read' },
  { to: '/discs', text: ['光盘摆渡', 'Disc ferry'], permission: 'disc.read' },
  { to: '/links', text: ['链路与数据包', 'Links and bundles'], permission: 'link.read' },
  ...adminNav
];
