// Where an application stands, in sentences: granted or refused with reason and remedy, or which step since when, by when, and whose turn it is. Never a bare "closed".
import { date, dateTime, say, stateOf, term } from '@sanwang/ui';
import type { Application, Business, Progress } from '../../api/portal';

export interface Stand {
  tone: 'good' | 'bad' | 'wait' | '';
  title: string;
  lines: string[];
  turn: boolean; // it waits for the applicant
}

const day = 86_400_000;
const cst = 8 * 3600_000;
const newest = (a: Application, state: string): Progress | undefined => [...a.progress].reverse().find((p) => p.state === state);

// The last days for 行政复议 (60 days) and 行政诉讼 (six months), counted from the day after the decision was made known.
export function remedies(at: string): { review: string; suit: string } {
  const made = new Date(Math.floor((Date.parse(at) + cst) / day) * day);
  const review = new Date(made.getTime() + 60 * day);
  const month = made.getUTCMonth() + 6;
  const last = new Date(Date.UTC(made.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const suit = new Date(Date.UTC(made.getUTCFullYear(), month, Math.min(made.getUTCDate(), last)));
  const text = (d: Date): string => d.toISOString().slice(0, 10);
  return { review: text(review), suit: text(suit) };
}

// The disc that the drawing waits for: the first that is still to leave.
export const nextDisc = (p: Progress | undefined, now: number): string => (p?.discs ?? []).find((d) => Date.parse(d) > now) ?? '';

function decided(a: Application, state: 'rejected' | 'refused', p: Progress): Stand {
  const r = remedies(p.at);
  const reason = p.note || a.reason;
  return {
    tone: 'bad',
    title: state === 'rejected' ? say(['结果：不予受理', 'Outcome: not accepted 不予受理']) : say(['结果：不予登记', 'Outcome: registration refused 不予登记']),
    lines: [
      say(['理由：{r}', 'Reason: {r}'], { r: reason || say(['见告知书', 'see the notice']) }),
      say(['{o} 于 {d} 决定。', 'Decided by {o} on {d}.'], { o: p.office, d: date(p.at) }),
      say(['救济途径：可在 {a} 前申请行政复议，或在 {b} 前向人民法院起诉。', 'Remedy: apply for administrative review 行政复议 by {a}, or sue at the people’s court 行政诉讼 by {b}.'], { a: date(r.review), b: date(r.suit) }),
      say(['补齐或更正后可以重新申请。', 'You may apply again once the reason is gone.'])
    ],
    turn: false
  };
}

// What the step means and what comes next; whose turn.
function step(a: Application, b: Business, p: Progress | undefined, now: number): { line: string; turn: boolean } {
  const disc = nextDisc(p, now);
  switch (a.state) {
    case 'submitted':
      return { line: say(['登记机构正在查验材料，将决定受理、告知补正或不予受理。受理后 {n} 个工作日内办结（法定 {m} 个工作日）。', 'The office looks at the materials and then accepts, asks for a correction, or does not accept. From acceptance it takes at most {n} working days (the law gives {m}).'], { n: b.promised_days, m: b.legal_days }), turn: false };
    case 'accepted':
      if (b.needs.tax) return { line: say(['请缴税：缴清后登记机构继续办理。', 'Pay the tax: the office goes on when it is paid.']), turn: true };
      if (b.needs.cadastral) return { line: say(['请携带身份证件和权籍图形文件到登记窗口提交。', 'Bring your identity card and the file of parcel graphics 权籍图形 to the registration window.']), turn: true };
      return { line: say(['登记机构正在审核。', 'The office reviews it 审核.']), turn: false };
    case 'tax':
      return { line: say(['已完税，登记机构正在审核。', 'The tax is paid 完税. The office reviews it 审核.']), turn: false };
    case 'cadastral':
      if (!p?.discs?.length) return { line: say(['权籍审核结果已收到，登记机构正在审核。', 'The result of the cadastral review 权籍审核 is here. The office reviews it.']), turn: false };
      return {
        line: disc
          ? say(['您的图形在内网审核，结果随光盘带出：最近一班 {d} 出发。', 'Your drawing is reviewed in the isolated network; the result comes out on a disc: your drawing waits for the disc leaving at {d}.'], { d: dateTime(disc) })
          : say(['您的图形在内网审核，结果随下一班光盘带出。', 'Your drawing is reviewed in the isolated network; the result comes out on the next disc.']),
        turn: false
      };
    case 'review':
      if (p?.step_zh === '公告') return { line: say(['正在公告，公告期不计入办理时限：{n}。期满无异议的，继续办理。', 'A public notice 公告 runs, which is none of the term: {n}. It goes on by itself when nobody objected.'], { n: p.note }), turn: false };
      return { line: say(['已通过审核，等待登簿。', 'It passed the review 审核 and is about to be entered in the register 登簿.']), turn: false };
    default:
      return { line: say(['登记机构正在办理。', 'The office is working on it.']), turn: false };
  }
}

function going(a: Application, b: Business, now: number): Stand {
  const p = a.progress.at(-1);
  const known = stateOf(a.state);
  const s = step(a, b, p, now);
  const deadline = [...a.progress].reverse().find((x) => x.deadline)?.deadline ?? '';
  const legal = [...a.progress].reverse().find((x) => x.legal)?.legal ?? '';
  const lines = [s.line];
  lines.push(p ? say(['当前环节：{s}，自 {d} 起，{o}。', 'Step: {s}, since {d}, {o}.'], { s: term(p.step_zh || known.zh, p.step_en || known.en), d: dateTime(p.at), o: p.office }) : say(['已于 {d} 提交，正在送达登记机构。', 'Handed in on {d}; on its way to the office.'], { d: dateTime(a.updated) }));
  if (p?.held) lines.push(say(['办理已中止，期限停止计算，恢复后顺延：{r}', 'It is suspended 中止; the term stands still until it goes on: {r}'], { r: p.note }));
  if (deadline) lines.push(say(['承诺 {d} 前办结', 'Promised by {d}'], { d: date(deadline) }) + (legal ? say(['；法定期限 {m} 个工作日，至 {d}。', '; the law gives {m} working days, until {d}.'], { m: b.legal_days, d: date(legal) }) : say(['。', '.'])));
  return { tone: s.turn || p?.held ? 'wait' : '', title: p?.held ? say(['已中止', 'Suspended 中止']) : s.turn ? say(['需要您处理', 'Your turn']) : say(['正在办理', 'In progress']), lines, turn: s.turn };
}

export function standOf(a: Application, b: Business, now: number): Stand {
  const p = newest(a, a.state);
  if ((a.state === 'rejected' || a.state === 'refused') && p) return decided(a, a.state, p);
  if (a.state === 'refused')
    return {
      tone: 'bad',
      title: say(['没有送达登记机构', 'It did not reach the office']),
      lines: [say(['系统检查未通过，登记机构没有收到这份申请：{r}', 'A check on the way refused it, so the office never had it: {r}'], { r: a.reason }), say(['您填写的内容都在，可以照此重新申请；如有疑问请到登记窗口咨询。', 'Everything you entered is still here; you may apply again. Ask at the window if in doubt.'])],
      turn: true
    };
  if (a.state === 'withdrawn') return { tone: '', title: say(['结果：您已撤回', 'Outcome: withdrawn by you 撤回']), lines: [say(['{d} 撤回，登记簿没有变化。需要时可以重新申请。', 'Withdrawn on {d}; nothing was changed in the register. You may apply again.'], { d: date(p?.at ?? a.updated) })], turn: false };
  if (['entry', 'certificate', 'delivered', 'archived'].includes(a.state)) {
    const entered = newest(a, 'entry') ?? p;
    return {
      tone: 'good',
      title: say(['结果：准予登记', 'Outcome: granted, registered 准予登记']),
      lines: [
        say(['{d} 登簿，权利自登簿时设立、变更或消灭。', 'Entered in the register 登簿 on {d}: from then on it holds.'], { d: dateTime(entered?.at ?? a.updated) }),
        a.certificate ? say(['电子证照已签发：{n}', 'The e-certificate is issued: {n}'], { n: a.certificate.number }) : b.certificate === 'none' ? say(['本业务不发证书。', 'This business ends without a certificate.']) : say(['正在制作电子证照。', 'The e-certificate is being made.'])
      ],
      turn: false
    };
  }
  return going(a, b, now);
}

// The newest step that asks to come once 最多跑一次, while there is something to come for; null: none.
export function visitOf(a: Application): Progress | null {
  if (['draft', 'signing', 'correction', 'rejected', 'withdrawn', 'refused', 'delivered', 'archived'].includes(a.state)) return null;
  return a.progress.filter((p) => p.visit).at(-1) ?? null;
}
