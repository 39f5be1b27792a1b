// What is known of an answer while it is filled in: a symbol and a word for each, never colour alone, and what to do.
import { numberValid, say, unitCodeValid, type Text } from '@sanwang/ui';
import type { Application, Business } from '../../api/portal';
import { isOnline, type Question } from './steps';

export type State = 'matches' | 'differs' | 'pending' | 'unavailable';
export interface Check {
  state: State;
  text: string;
}

// What the register says to unit, certificate number and holder together (live.ts); location: as the book has it, where they agree.
export interface Live {
  state: State;
  location: string;
}

export const certificateNumber = /^.+[（(]\d{4}[）)].+第\d+号$/;
export const symbols: Record<State, string> = { matches: '✓', differs: '≠', pending: '…', unavailable: '–' };
export const names: Record<State, Text> = { matches: ['一致', 'matches'], differs: ['不一致', 'differs'], pending: ['核验中', 'being checked'], unavailable: ['待登记机构核验', 'checked by the office'] };

const check = (state: State, text: Text): Check => ({ state, text: say(text) });

// Without spaces and with one kind of brackets: as a person compares two lines.
const plainText = (s: string): string => s.replace(/\s/g, '').replace(/（/g, '(').replace(/）/g, ')');

// One answer for all three: which of them is wrong is not told, for nobody shall find out others' holdings by trying.
function liveCheck(live: Live | null): Check {
  switch (live?.state) {
    case 'matches':
      return check('matches', ['单元代码、证号和权利人与登记簿一致。', 'Unit code, certificate number and holder are as in the register.']);
    case 'differs':
      return check('differs', [
        '单元代码、证号、权利人（姓名和号码）中有一项与登记簿不符。请对照证书逐项核对；确认无误的可以继续，由登记机构受理时核实，或携带证书到窗口。',
        'One of unit code, certificate number and holder (name and number) is not as in the register. Compare each with the certificate. If all is right you may go on: the office looks into it at the acceptance; or bring the certificate to the window.'
      ]);
    case 'pending':
      return check('pending', ['正在与登记簿核对，可以继续填写。', 'Being compared with the register. You may go on.']);
    case 'unavailable':
      return check('unavailable', ['现在无法与登记簿核对，不影响提交；由登记机构受理时核验。', 'It cannot be compared with the register now. Go on: the office does it at the acceptance.']);
    default:
      return check('unavailable', ['单元代码、证号和权利人都填好后，自动与登记簿核对。', 'Compared with the register once unit code, certificate number and holder are filled in.']);
  }
}

function locationCheck(value: string, live: Live | null): Check {
  if (live?.state !== 'matches' || !live.location) return check('unavailable', ['与登记簿是否一致由登记机构受理时核验。', 'Whether it agrees with the book is checked at acceptance.']);
  if (plainText(value) === plainText(live.location)) return check('matches', ['与登记簿记载的坐落一致。', 'As the register has it.']);
  return check('differs', [`登记簿记载为“${live.location}”，请改为登记簿的写法。`, `The register has 坐落 ${live.location}. Write it that way.`]);
}

// Whose right the certificate shows: who gives it away, or who applies alone.
export const presentHolder = (b: Business): string => b.ended_role || b.holder_role;
const compared = (b: Business): boolean => b.fields.some((f) => f.code === 'certificate_no');

// offices: divisions of those that take applications here, six digits each; none: not known.
export function checkOf(q: Question, a: Application, b: Business, offices: readonly string[], live: Live | null = null): Check | null {
  switch (q.kind) {
    case 'unit':
      if (!a.unit_code) return null;
      if (!unitCodeValid(a.unit_code)) return check('differs', ['单元代码应为28位，请对照证书更正。', 'A unit code has 28 characters. Compare it with the certificate.']);
      if (offices.length && !offices.some((d) => a.unit_code.startsWith(d))) return check('differs', ['这个单元不在本门户各登记机构的辖区，请向不动产所在地的登记机构申请。', 'This unit lies in a district that no office here serves. Apply at the office where the property is.']);
      if (compared(b)) return liveCheck(live);
      return check('unavailable', ['格式和辖区正确；与登记簿是否一致由登记机构受理时核验。', 'Form and district are right; whether it agrees with the book is checked at acceptance.']);
    case 'role': {
      const own = a.parties.filter((p) => p.role === q.role.code && p.name);
      if (!own.length) return null;
      if (own.some((p) => !numberValid(p.id_kind, p.id_number))) return check('differs', ['有证件号码校验不符，请更正。', 'An identity number does not check. Correct it.']);
      if (q.role.code === presentHolder(b) && live && live.state !== 'unavailable') return liveCheck(live);
      if (own.every((p) => a.parties.indexOf(p) === 0 && !p.agent)) return check('matches', ['与统一身份认证信息一致。', 'As your identity was authenticated.']);
      return check('pending', ['其他当事人登录签名时核验身份。', 'The others are authenticated when they sign in to sign.']);
    }
    case 'material': {
      if (isOnline(a, q.material.code)) return null;
      const there = a.materials.some((m) => m.code === q.material.code);
      if (there) return check('matches', ['文件完整，格式符合要求。', 'The file arrived whole and in an accepted format.']);
      if (q.material.shared) return check('unavailable', ['可由共享信息获取的，登记机构核验后免交；没有把握请上传。', 'Not needed where shared data shows it. Upload it if you are not sure.']);
      return q.material.required ? check('differs', ['必须上传。', 'Has to be uploaded.']) : null;
    }
    case 'field': {
      const value = a.form[q.field.code];
      if (value === undefined || value === null || value === '') return null;
      if (q.field.code === 'certificate_no' && !certificateNumber.test(String(value)))
        return check('differs', ['证号格式应如：京(2020)东城区不动产权第0000001号。', 'A number looks like 京(2020)东城区不动产权第0000001号.']);
      if (q.field.code === 'certificate_no') return liveCheck(live);
      return q.field.code === 'location' && b.registration_type !== 100 ? locationCheck(String(value), live) : null;
    }
    case 'me':
    case 'term':
    case 'delivery':
      return null;
  }
}
