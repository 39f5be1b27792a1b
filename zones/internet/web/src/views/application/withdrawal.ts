// 撤回 of what was handed in, in words: who still has to sign it, that it is on its way, or why the office refused it.
import { say } from '@sanwang/ui';
import type { Application, Withdrawal } from '../../api/portal';

export interface Withdrawing {
  state: Withdrawal['state'];
  tone: 'wait' | 'bad' | '';
  text: string;
  sign: boolean; // the signed-in person has to
}

// Before the entry, as far as the portal was told.
const open = ['submitted', 'accepted', 'correction', 'tax', 'cadastral', 'review'];

export const waitingFor = (w: Withdrawal): Withdrawal['parties'] => w.parties.filter((p) => !p.signed_at);

// Any of those who signed the application may begin it.
export const mayWithdraw = (a: Application): boolean => open.includes(a.state) && (a.mine || (a.parties[a.my_party] !== undefined && a.parties[a.my_party]?.signs !== false));

// What the office says of a refusal: the words behind the code.
export const refusal = (reason: string): string => reason.replace(/^[A-Z]+: (body\.[a-z]+: )?/, '');

export function withdrawalOf(a: Application): Withdrawing | null {
  const w = a.withdrawal;
  if (!w || !open.includes(a.state)) return null;
  const names = waitingFor(w).map((p) => p.name).join('、');
  const sign = w.state === 'signing' && waitingFor(w).some((p) => p.own);
  const text = {
    signing: say(['已提出撤回这份申请，等待签名：{n}。全部签名前申请照常办理。', 'It is asked to withdraw 撤回 this application. Still to sign: {n}. Until all have, the office goes on with it.'], { n: names }),
    sent: say(['全体申请人已签名撤回，已送交登记机构，处理结果会显示在这里。', 'All applicants have signed the withdrawal 撤回; the office has it. The outcome will be shown here.']),
    refused: say(['没有撤回：{r}', 'Not withdrawn 撤回: {r}'], { r: refusal(w.reason) }),
    dropped: ''
  }[w.state];
  return { state: w.state, tone: sign ? 'wait' : w.state === 'refused' ? 'bad' : '', text, sign };
}
