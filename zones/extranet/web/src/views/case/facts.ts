// The business fields of a case as they are read.
import { area, date, money, term, type Fact } from '@sanwang/ui';
import type { Business, Case, Field } from '../../api/registry';

function text(f: Field, v: string | number | null | undefined): string {
  if (v === undefined || v === null || v === '') return '';
  if (f.type === 'money') return money(Number(v));
  if (f.type === 'area') return area(Number(v));
  return f.type === 'date' ? date(String(v)) : String(v);
}

export const factsOf = (c: Case, b: Business): Fact[] => b.fields.map((f) => ({ key: `field-${f.code}`, name: term(f.zh, f.en), value: text(f, c.form[f.code]) }));
