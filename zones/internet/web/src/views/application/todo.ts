// What the signed-in person has to do about an application, in one sentence, and where.
import { say } from '@sanwang/ui';
import type { Row } from '../../api/portal';

export interface Todo {
  mine: boolean;
  text: string;
  to: string;
}

export function todoOf(r: Pick<Row, 'id' | 'state' | 'mine' | 'needs_my_signature' | 'withdrawal'>): Todo {
  const here = `/a/${r.id}`;
  if (r.withdrawal === 'sign') return { mine: true, text: say(['有人提出撤回这份申请，请核对，同意的请签名。', 'It is asked to withdraw 撤回 this application. Check it, and sign if you agree.']), to: `${here}/withdraw` };
  if (r.withdrawal === 'wait') return { mine: false, text: say(['已提出撤回，等待其他申请人签名。', 'A withdrawal 撤回 waits for the signatures of others.']), to: `${here}/withdraw` };
  switch (r.state) {
    case 'draft':
      return { mine: true, text: say(['草稿未提交，请继续填写。', 'Not handed in yet. Go on with it.']), to: `${here}/check` };
    case 'signing':
      return r.needs_my_signature
        ? { mine: true, text: say(['请核对内容并签名。', 'Check the text and sign it.']), to: here }
        : { mine: false, text: say(['您已签名，等待其他当事人签名。', 'You have signed. Others still have to.']), to: here };
    case 'correction':
      return { mine: r.mine, text: say(['登记机构要求补正，请逐项处理。', 'The office asks for a correction 补正. Deal with it item by item.']), to: r.mine ? `${here}/correct` : here };
    case 'accepted':
      return { mine: false, text: say(['已受理，请查看下一步。', 'Accepted 受理. See what comes next.']), to: here };
    case 'tax':
      return { mine: false, text: say(['已完税，等待审核。', 'The tax is paid 完税. Review is next.']), to: here };
    case 'cadastral':
      return { mine: false, text: say(['权籍图形正在审核。', 'The parcel graphics are being reviewed.']), to: here };
    case 'delivered':
    case 'archived':
      return { mine: false, text: say(['已登簿发证，可下载电子证照。', 'Registered. The certificate can be downloaded.']), to: here };
    case 'rejected':
    case 'refused':
      return { mine: false, text: say(['已办结，未予登记，请查看原因。', 'Closed without registration. See the reason.']), to: here };
    case 'withdrawn':
      return { mine: false, text: say(['申请已撤回。', 'Withdrawn.']), to: here };
    default:
      return { mine: false, text: say(['登记机构正在办理。', 'The office is working on it.']), to: here };
  }
}
