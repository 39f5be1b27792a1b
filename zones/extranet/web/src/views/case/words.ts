// What the acts are called, what each will do (said before it is done), and what was done.
import type { Text } from '@sanwang/ui';
import type { Action } from './actions';

interface Words {
  name: Text;
  effect: Text;
  done: Text;
}
export const actTexts: Record<Action, Words> = {
  accept: {
    name: ['受理', 'Accept 受理'],
    effect: ['出具受理通知书并发送申请人，承诺期限从今天开始计算。', 'The notice of acceptance 受理通知书 goes to the applicant; the promised term begins today.'],
    done: ['已受理，承诺期限开始计算。', 'Accepted 受理; the promised term has begun.']
  },
  correct: {
    name: ['告知补正', 'Ask for correction 补正'],
    effect: ['出具补正告知书，列明全部补正事项，发送申请人；受理前补正的重新进入受理，受理后补正的期限停止计算，补正后继续。', 'The notice 补正告知书 with every item goes to the applicant. Before the acceptance the case comes back to it; after it the term stands still until it is answered.'],
    done: ['补正告知已发往申请人。', 'The correction notice 补正 is on its way to the applicant.']
  },
  reject: {
    name: ['不予受理', 'Do not accept 不予受理'],
    effect: ['出具不予受理告知书并发送申请人，本件结束，不能撤回。', 'The notice 不予受理告知书 goes to the applicant; the case ends for good.'],
    done: ['不予受理告知已发往申请人。', 'The notice 不予受理 is on its way to the applicant.']
  },
  tax: {
    name: ['录入完税凭证', 'Enter tax voucher 完税凭证'],
    effect: ['完税信息记入本件；凭证号不能在其他办件再用。', 'The voucher is kept with the case and serves for no other.'],
    done: ['完税凭证已录入。', 'The tax voucher 完税凭证 is entered.']
  },
  graphics: {
    name: ['收取图形，送权籍审核', 'Take in graphics for 权籍审核'],
    effect: ['图形在接收时即加密，单向送往内网审核；本网打不开。', 'The graphics are encrypted on receipt and go to the intranet; nobody here can open them.'],
    done: ['图形已加密收取，正在送往内网权籍审核。', 'The graphics are encrypted and on their way to the cadastral review 权籍审核.']
  },
  review: {
    name: ['初审通过', 'First review passed 初审'],
    effect: ['意见记入本件并随审批表保存；之后须由另一人办理下一步。', 'The opinion becomes part of the case; another person takes the next step.'],
    done: ['初审已通过，待另一人办理。', 'Reviewed 初审; another person goes on.']
  },
  check: {
    name: ['核查通过', 'Check passed 核查'],
    effect: ['核查意见记入本件，继续办理。', 'The opinion becomes part of the case, which goes on.'],
    done: ['核查意见已记入。', 'The check 核查 is recorded.']
  },
  approve: {
    name: ['复审核定', 'Second review passed 复审'],
    effect: ['同意初审意见，本件进入登簿。', 'The first review is confirmed; the case goes on to the entry 登簿.'],
    done: ['复审已通过，待登簿。', 'Second review 复审 passed; the entry is next.']
  },
  enter: {
    name: ['登簿', 'Enter in the register 登簿'],
    effect: ['登簿即时生效，权利即发生变动，不能撤回；系统随即缮证并通知申请人。', 'The right changes with the entry, which cannot be taken back; the certificate is made and the applicant is told.'],
    done: ['已登簿，正在缮证。', 'Entered in the register 登簿; the certificate is being made.']
  },
  visit: {
    name: ['请申请人到场一次', 'Ask to come once 最多跑一次'],
    effect: ['申请人收到通知，可预约到场时间；到场时材料已齐，当场办结领证。', 'The applicants are told and choose an hour; everything is ready then, and they leave with the certificate.'],
    done: ['已通知申请人到场一次。', 'The applicants are asked to come once 最多跑一次.']
  },
  archive: {
    name: ['归档', 'Archive 归档'],
    effect: ['本件办结，材料、意见、签名和日志证明封装为档案包。', 'The case is closed and packed with materials, opinions, signatures and log proofs.'],
    done: ['已归档。', 'Archived 归档.']
  },
  refuse: {
    name: ['不予登记', 'Refuse registration 不予登记'],
    effect: ['出具不予登记告知书（载明理由和救济途径）并发送申请人，本件结束，不能撤回。', 'The notice 不予登记告知书 with reasons and remedies goes to the applicant; the case ends for good.'],
    done: ['不予登记告知已发往申请人。', 'The refusal 不予登记 is on its way to the applicant.']
  },
  back: {
    name: ['退回上一步', 'One step back 退回'],
    effect: ['所退回的环节及其后的处理撤销（完税登记一并撤销），重新办理；退回理由只在登记机构内部可见。', 'That step and what came of it (a tax voucher too) is undone and done anew; why is seen in the office only.'],
    done: ['已退回。', 'Gone back 退回.']
  },
  suspend: {
    name: ['中止', 'Suspend 中止'],
    effect: ['出具中止办理通知书发送申请人；办理期限停止计算，恢复前不能办理。', 'The notice 中止办理通知书 goes to the applicant; the term stands still and nothing is done until it goes on.'],
    done: ['已中止，期限停止计算。', 'Suspended 中止; the term stands still.']
  },
  resume: {
    name: ['恢复办理', 'Go on 恢复办理'],
    effect: ['办理期限从今天继续计算，到期日顺延。', 'The term goes on from today, its last day moves accordingly.'],
    done: ['已恢复办理，期限已顺延。', 'It goes on 恢复; the last day has moved.']
  },
  withdraw: {
    name: ['撤回', 'Withdrawn by the applicants 撤回'],
    effect: ['按申请人共同申请撤回，出具撤回申请告知书并发送申请人，退还已缴费用；本件结束，不能恢复。', 'At the request of all applicants the case ends for good; the notice 撤回申请告知书 goes to them, and what was paid goes back.'],
    done: ['已撤回。', 'Withdrawn 撤回.']
  },
  objection: {
    name: ['登记公告异议', 'Objection to the notice 公告异议'],
    effect: ['公告停止，异议事项须先核查，才能继续办理。', 'The public notice ends; the matter is checked before anything is entered.'],
    done: ['公告异议已登记，待核查。', 'The objection 公告异议 is recorded and to be checked.']
  }
};

const unknown: Words = { name: ['未知操作', 'Unknown act'], effect: ['', ''], done: ['', ''] };
export const actText = (act: string): Words => (act in actTexts ? actTexts[act as Action] : unknown);
