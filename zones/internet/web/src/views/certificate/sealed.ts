// The text of a certificate as its holder keeps it: what is in it, for showing; whether it is true is the daemon's word.
import { area, dateTime, share, term, unitCode, type Fact } from '@sanwang/ui';
import type { SealedCertificate } from '../../api/portal';

function object(text: string): Record<string, unknown> | null {
  try {
    const o: unknown = JSON.parse(text);
    return typeof o === 'object' && o !== null && !Array.isArray(o) ? (o as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export function readSealed(text: string): SealedCertificate | null {
  const o = object(text);
  if (!o) return null;
  // A notice's text is called its statement.
  if (typeof o.certificate !== 'string' && typeof o.statement === 'string') o.certificate = o.statement;
  if (typeof o.certificate !== 'string' || typeof o.signature !== 'string' || typeof o.seal_certificate !== 'string') return null;
  return { certificate: o.certificate, signature: o.signature, seal_certificate: o.seal_certificate };
}

interface Holder {
  name?: string;
  id_number_masked?: string;
  share_num?: number;
  share_den?: number;
}

export function sealedFacts(certificate: string): Fact[] {
  const o = object(certificate);
  if (!o) return [];
  const text = (key: string): string => (typeof o[key] === 'string' ? (o[key] as string) : '');
  const holders = Array.isArray(o.holders) ? (o.holders as Holder[]) : [];
  const part = (h: Holder): string => ((h.share_den ?? 1) > 1 ? ` · ${term('份额', 'share')} ${share(h.share_num ?? 1, h.share_den ?? 1)}` : '');
  const holder = (h: Holder): string => `${h.name ?? ''} ${h.id_number_masked ?? ''}${part(h)}`;
  return [
    { key: 'number', name: term('证号', 'Number'), value: text('number') },
    { key: 'holders', name: term('权利人', 'Holders'), value: holders.map(holder).join('; ') },
    { key: 'unit', name: term('不动产单元代码', 'Unit code'), value: unitCode(text('unit_code')), code: true },
    { key: 'location', name: term('坐落', 'Location'), value: text('location') },
    { key: 'area', name: term('面积', 'Area'), value: typeof o.area_cm2 === 'number' ? area(o.area_cm2) : '' },
    { key: 'registered', name: term('登记时间', 'Registered'), value: dateTime(text('registered')) },
    { key: 'name', name: term('姓名', 'Name'), value: [text('name'), text('id_number')].filter(Boolean).join(' ') },
    { key: 'result', name: term('证明内容', 'Statement'), value: text('result') },
    { key: 'as-of', name: term('截至', 'As of'), value: text('as_of') },
    { key: 'office', name: term('出具机构', 'Office'), value: text('office') }
  ].filter((f) => f.value);
}

// What the register is asked with: number and the digest that only a holder knows.
export function aboutOf(certificate: string): string {
  const o = object(certificate) ?? {};
  const text = (key: string): string => (typeof o[key] === 'string' ? (o[key] as string) : '');
  return text('facts') ? `${text('number')};${text('facts')}` : `-;${text('pdf')}`;
}

// The code on a certificate, proof or notice: "SANWANG;NUMBER;DIGEST".
export function readCode(text: string): { number: string; digest: string } | null {
  const m = /^\s*SANWANG;([^;\s]{1,120});([0-9a-f]{64})\s*$/.exec(text);
  return m && m[1] !== 'receipt' ? { number: m[1] as string, digest: m[2] as string } : null;
}

// The code on a receipt: "SANWANG;receipt;APPLICATION;DIGEST".
export function readReceipt(text: string): { id: string; digest: string } | null {
  const m = /^\s*SANWANG;receipt;([0-9a-f-]{36});([0-9a-f]{64})\s*$/.exec(text);
  return m ? { id: m[1] as string, digest: m[2] as string } : null;
}

// The number of a paper by itself: no spaces within, at least one digit, none of what the other texts have.
export function readNumber(text: string): string | null {
  const number = text.trim();
  return /^[^\s;{}"]{6,120}$/.test(number) && /\d/.test(number) ? number : null;
}
