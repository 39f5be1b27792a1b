// What is known of an answer while it is filled in: a symbol and a word for each, never colour alone, and what to do.
import { residentIdValid, say, unitCodeValid, type Text } from '@sanwang/ui';
import type { Application, Business } from '../../api/portal';
import type { Question } from './steps';

export type State = 'matches' | 'differs' | 'pending' | 'unavailable';
export interface Check {
  state: State;
  text: string;
}

export const symbols: Record<State, string> = { matches: '✓', differs: '≠', pending: '…', unavailable: '–' };
export const names: Record<State, Text> = { matches: ['一致', 'matches'], differs: ['不一致', 'differs'], pending: ['核验中', 'being checked'], unavailable: ['待登记机构核验', 'checked by the office'] };

const check = (state: State, text: Text): Check => ({ state, text: say(text) });

// division: of the office, six digits.
export function checkOf(q: Question, a: Application, b: Business, division: string): Check | null {
  switch (q.kind) {
    case 'unit':
      if (!a.unit_code) return null;
      if (!unitCodeValid(a.unit_code)) return check('differs', ['单元代码应为28位，请对照证书更正。', 'A unit code has 28 characters. Compare it with the certificate.']);
      if (!a.unit_code.startsWith(division)) return check('differs', ['这个单元不在本登记机构辖区，请向不动产所在地的登记机构申请。', 'This unit lies in another district. Apply at the office where the property is.']);
      return check('unavailable', ['格式和辖区正确；与登记簿是否一致由登记机构受理时核验。', 'Form and district are right; whether it agrees with the book is checked at acceptance.']);
    case 'role': {
      const own = a.parties.filter((p) => p.role === q.role.code && p.name);
      if (!own.length) return null;
      if (own.some((p) => !residentIdValid(p.id_number))) return check('differs', ['有证件号码校验不符，请更正。', 'An identity number does not check. Correct it.']);
      if (own.every((p) => a.parties.indexOf(p) === 0)) return check('matches', ['与统一身份认证信息一致。', 'As your identity was authenticated.']);
      return check('pending', ['其他当事人登录签名时核验身份。', 'The others are authenticated when they sign in to sign.']);
    }
    case 'material': {
      const there = a.materials.some((m) => m.code === q.material.code);
      if (there) return check('matches', ['文件完整，格式符合要求。', 'The file arrived whole and in an accepted format.']);
      if (q.material.shared) return check('unavailable', ['可由共享信息获取的，登记机构核验后免交；没有把握请上传。', 'Not needed where shared data shows it. Upload it if you are not sure.']);
      return q.material.required ? check('differs', ['必须上传。', 'Has to be uploaded.']) : null;
    }
    case 'field': {
      const value = a.form[q.field.code];
      if (value === undefined || value === null || value === '') return null;
      if (q.field.code === 'certificate_no' && !/^.+[（(]\d{4}[）)].+第\d+号$/.test(String(value)))
        return check('differs', ['证号格式应如：京(2020)东城区不动产权第0000001号。', 'A number looks like 京(2020)东城区不动产权第0000001号.']);
      return ['location', 'certificate_no'].includes(q.field.code) && b.registration_type !== 100
        ? check('unavailable', ['与登记簿是否一致由登记机构受理时核验。', 'Whether it agrees with the book is checked at acceptance.'])
        : null;
    }
    case 'me':
      return null;
  }
}
