// What the navigation shows, by permission; the first allowed entry is where people start.
import { adminNav, type NavItem } from '@sanwang/ui';

export const nav: NavItem[] = [
  { to: '/', text: ['办件', 'Cases'], permission: 'case.read' },
  { to: '/reminders', text: ['超期预警', 'Reminders'], permission: 'case.read' },
  { to: '/window', text: ['收件', 'Intake'], permission: 'case.intake' },
  { to: '/opinions', text: ['意见模板', 'Templates'], permission: 'opinion.edit' },
  { to: '/rules', text: ['审查规则', 'Rules'], permission: 'rule.approve' },
  { to: '/designs', text: ['业务设计', 'Businesses'], permission: 'business.propose' },
  { to: '/register', text: ['登记簿', 'Register'], permission: 'register.read' },
  { to: '/access', text: ['接入上报', 'Reporting'], permission: 'register.read' },
  { to: '/appointments', text: ['预约', 'Appointments'], permission: 'appointment.serve' },
  { to: '/papers', text: ['缮证', 'Certificates'], permission: 'paper.make' },
  { to: '/archive', text: ['档案', 'Archive'], permission: 'archive.read' },
  { to: '/links', text: ['链路与数据包', 'Links'], permission: 'link.read' },
  { to: '/discs', text: ['光盘导入', 'Discs'], permission: 'disc.read' },
  ...adminNav
];
