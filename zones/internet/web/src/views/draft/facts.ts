// The answers as shown in the summary and on the application's page.
import { area, bytes, date, money, say, term, unitCode, unitLinesShown, type Fact } from '@sanwang/ui';
import type { Application, Business, Field, FieldValue } from '../../api/portal';
import { choosesAny, deliveryLine, deliveryName } from '../application/delivery';

const valueText = (f: Field, v: string): string => {
  const one = f.values?.find((x) => x.value === v);
  return one ? term(one.label, one.en ?? one.label) : v;
};

export function fieldText(f: Field, v: FieldValue | undefined): string {
  if (v === undefined || v === null || v === '') return '';
  if (f.type === 'bool') return say(v ? ['是', 'yes'] : ['否', 'no']);
  if (f.type === 'code') return valueText(f, String(v));
  if (f.type === 'money') return money(Number(v));
  if (f.type === 'area') return area(Number(v));
  if (f.kind === 'units') return unitLinesShown(String(v)).join('；');
  return f.type === 'date' ? date(String(v)) : String(v);
}

export function factsOf(a: Application, b: Business): Fact[] {
  const facts: Fact[] = [{ key: 'unit', name: term('不动产单元代码', 'Unit code'), value: unitCode(a.unit_code), code: true }];
  for (const f of b.fields) facts.push({ key: `field-${f.code}`, name: term(f.zh, f.en), value: fieldText(f, a.form[f.code]) });
  return facts;
}

// What is signed: the answers and, where it was chosen with them, how the certificate comes.
export function signedFacts(a: Application, b: Business): Fact[] {
  const chosen = choosesAny(a.parties, b) ? a.delivery_asked : null;
  return [...factsOf(a, b), ...(chosen ? [{ key: 'delivery', name: say(deliveryName), value: deliveryLine(chosen) }] : [])];
}

// Each kind of material with the names of its files.
export function materialFacts(a: Application, b: Business): Fact[] {
  return b.materials.flatMap((k) => {
    const files = a.materials.filter((m) => m.code === k.code);
    return files.length ? [{ key: `material-${k.code}`, name: term(k.zh, k.en), value: files.map((m) => `${m.name} (${bytes(m.size)})`).join('; ') }] : [];
  });
}
