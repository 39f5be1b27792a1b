// A business as its designer edits it, made from what the registry keeps (business.yaml, form.json) and made into it again. Pure.
import type { Design, DesignChoices, DesignTexts } from '../../api/designs';

export interface Role { code: string; zh: string; en: string; min: string; max: string; signs: boolean; id_kinds: string }
export interface Material { code: string; zh: string; en: string; required: boolean; sample: string; formats: string; size_max: string; when: string; shared: string }
export interface Question { code: string; zh: string; en: string; roles: string; stops: string; note_zh: string; note_en: string; rest: Record<string, unknown> }
export interface Field { key: string; zh: string; en: string; type: string; required: boolean; max: string; values: string; rest: Record<string, unknown> }
export interface Draft {
  code: string; version: number; zh: string; en: string; ground: string; entry: string; right_type: string;
  channels: string[]; legal_days: string; promised_days: string; notice_days: string; fees: string[]; rules: string[];
  holder_role: string; ended_role: string; roles: Role[]; materials: Material[]; fields: Field[];
  questions: Question[]; inquiry: boolean; pledge: boolean;
  process: string;
  // What this page does not show stays as it is.
  rest: Record<string, unknown>; papers: Record<string, unknown>[]; form: Record<string, unknown>;
}
type Entry = DesignChoices['entries'][number];
type Bag = Record<string, unknown>;
const text = (v: unknown): string => (v === undefined || v === null ? '' : String(v));
const bag = (v: unknown): Bag => (typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Bag) : {});
const bags = (v: unknown): Bag[] => (Array.isArray(v) ? v.map(bag) : []);
const texts = (v: unknown): string[] => (Array.isArray(v) ? v.map(text) : []);
const without = (o: Bag, ...keys: string[]): Bag => Object.fromEntries(Object.entries(o).filter(([k]) => !keys.includes(k)));
// Only what is said: the registry takes no empty values.
const said = (o: Bag): Bag => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== '' && v !== undefined && !(Array.isArray(v) && v.length === 0)));

// ---- the process: what the drawing has decides what the business needs
export const has = (process: string, name: string): boolean => new RegExp(`(sw:action|sw:topic|<bpmn2?:message [^>]*name|<message [^>]*name)="${name}"`).test(process);
export const noDrawing = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:sw="urn:sanwang:bpmn" id="definitions" targetNamespace="urn:sanwang:processes">
  <bpmn:process id="process" isExecutable="true"><bpmn:startEvent id="start" name="收件" /></bpmn:process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="process"><bpmndi:BPMNShape id="start-shape" bpmnElement="start"><dc:Bounds x="160" y="120" width="36" height="36" /></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>`;

const stepNames: [string, string, string, (d: Draft, e?: Entry) => boolean][] = [
  ['submitted', '提交', 'Submitted', () => true],
  ['accepted', '受理', 'Accepted', () => true],
  ['tax', '缴税', 'Tax', (d) => has(d.process, 'tax')],
  ['cadastral', '权籍审核', 'Cadastral review', (d) => has(d.process, 'cadastral')],
  ['review', '审核', 'Review', () => true],
  ['notice', '公告', 'Public notice', (d) => has(d.process, 'notice')],
  ['approved', '核定', 'Approval', (d) => has(d.process, 'approve')],
  ['entry', '登簿', 'Entry in the register', () => true],
  ['certificate', '缮证', 'Certificate', (_d, e) => e?.certificate !== 'none'],
  ['delivered', '发证', 'Delivery', (_d, e) => e?.certificate !== 'none']
];
const notices: [string, string][] = [
  ['accepted', 'acceptance-notice'], ['correction', 'correction-notice'], ['rejected', 'rejection-notice'], ['suspended', 'suspension-notice'],
  ['refused', 'refusal-notice'], ['notice', 'public-notice'], ['delivered', 'delivery-notice']
];

// ---- a new one
export const noRole = (): Role => ({ code: '', zh: '', en: '', min: '1', max: '10', signs: true, id_kinds: '1 7' });
export const noMaterial = (): Material => ({ code: '', zh: '', en: '', required: true, sample: '', formats: 'pdf jpeg png ofd', size_max: '20971520', when: '', shared: '' });
export const noField = (): Field => ({ key: '', zh: '', en: '', type: 'text', required: true, max: '200', values: '', rest: {} });
export const noQuestion = (): Question => ({ code: '', zh: '', en: '', roles: '', stops: 'no', note_zh: '', note_en: '', rest: {} });
export function fresh(): Draft {
  return {
    code: '', version: 1, zh: '', en: '', ground: '', entry: '', right_type: '4', channels: ['portal', 'window'], legal_days: '30', promised_days: '5', notice_days: '15', fees: ['registration'], rules: ['seizure-in-force'],
    holder_role: '', ended_role: '', roles: [], materials: [], fields: [], questions: [{ ...noQuestion(), code: 'voluntary', zh: '本次申请是否出于您本人的真实意愿？', en: 'Do you apply of your own free will?', note_zh: '不动产登记应当由当事人自愿申请（不动产登记暂行条例 第十四条）', note_en: 'Registration is applied for of the parties\' own will (Interim Regulations art. 14)' }],
    inquiry: true, pledge: true, process: noDrawing, rest: {}, papers: [], form: {}
  };
}
// What a kind of entry must have: its parties, and the columns that it reads.
const known: Record<string, [string, string, string]> = {
  location: ['坐落', 'Location', 'text'], use: ['用途', 'Use', 'text'], area_cm2: ['建筑面积', 'Floor area', 'area'], secured_cents: ['被担保债权数额', 'Amount secured', 'money'],
  term_from: ['起始日期', 'From', 'date'], term_to: ['截止日期', 'To', 'date'], court: ['嘱托机关', 'Court', 'text'], document_no: ['法律文书号', 'Number of the document', 'text'],
  deceased_id: ['被继承人证件号', 'Number of the deceased', 'text'], old_id_number: ['原证件号', 'Old number', 'text'], proof_no: ['不动产登记证明号', 'Number of the proof', 'text'], matter: ['异议事项', 'What is objected to', 'text'],
  dominant_unit: ['需役地单元代码', 'Dominant unit', 'text'], content: ['内容', 'Content', 'lines'], units: ['单元清单', 'Units', 'units'], seizure_no: ['原查封文号', 'Number of the seizure', 'text']
};
export function fit(d: Draft, e: Entry | undefined): void {
  if (!e) return;
  for (const key of e.fields) {
    if (d.fields.some((f) => f.key === key)) continue;
    const [zh, en, type] = known[key] ?? [key, key, 'text'];
    d.fields.push({ ...noField(), key, zh, en, type });
  }
  if (d.roles.length) return;
  if (e.obligors) d.roles.push({ ...noRole(), code: 'obligor', zh: '义务人', en: 'Obligor' });
  d.roles.push({ ...noRole(), code: 'holder', zh: '权利人', en: 'Holder' });
  d.holder_role = 'holder';
  d.ended_role = e.obligors ? 'obligor' : '';
}

// ---- from the registry
const typeOf = (c: Bag): string => {
  const kind = text(bag(c.properties).kind);
  if (kind) return kind;
  const type = text(c.type);
  return { textfield: 'text', textarea: 'lines', number: 'int', datetime: 'date', select: 'code', checkbox: 'bool' }[type] ?? 'shown';
};
export function fromRegistry(t: DesignTexts): Draft {
  const b = bag(t.business), form = bag(t.form), papers = bags(b.papers), asked = papers.find((p) => p.template === 'signed-inquiry');
  return {
    code: text(b.code), version: t.version, zh: text(b.zh), en: text(b.en), ground: text(b.ground), entry: text(b.entry), right_type: text(b.right_type),
    channels: text(b.channels).split(' ').filter(Boolean), legal_days: text(b.legal_days), promised_days: text(b.promised_days), notice_days: text(b.notice_days), fees: texts(b.fees), rules: texts(b.rules),
    holder_role: text(b.holder_role), ended_role: text(b.ended_role),
    roles: bags(b.roles).map((r) => ({ code: text(r.code), zh: text(r.zh), en: text(r.en), min: text(r.min), max: text(r.max), signs: r.signs === true, id_kinds: text(r.id_kinds) })),
    materials: bags(b.materials).map((m) => ({ code: text(m.code), zh: text(m.zh), en: text(m.en), required: m.required === true, sample: text(m.sample), formats: text(m.formats), size_max: text(m.size_max), when: text(m.when), shared: text(m.shared) })),
    questions: bags(asked?.questions).map((q) => ({ code: text(q.code), zh: text(q.zh), en: text(q.en), roles: text(q.roles), stops: text(q.stops), note_zh: text(q.note_zh), note_en: text(q.note_en), rest: without(q, 'code', 'zh', 'en', 'roles', 'stops', 'note_zh', 'note_en') })),
    inquiry: Boolean(asked), pledge: papers.some((p) => p.template === 'signed-pledge'),
    fields: bags(form.components).map((c) => ({
      key: text(c.key), zh: text(c.label), en: text(bag(c.properties).en), type: typeOf(c), required: bag(c.validate).required === true, max: text(bag(c.validate).maxLength),
      values: bags(c.values).map((v) => `${text(v.value)} ${text(v.label)}`).join('\n'), rest: c
    })),
    process: t.process,
    rest: without(b, 'code', 'version', 'zh', 'en', 'ground', 'entry', 'right_type', 'channels', 'legal_days', 'promised_days', 'notice_days', 'fees', 'rules', 'holder_role', 'ended_role', 'roles', 'materials', 'papers',
      'needs_tax', 'needs_cadastral', 'certificate', 'document', 'registration_type', 'steps', 'notices', 'process'),
    papers: papers.filter((p) => p.template !== 'signed-inquiry' && p.template !== 'signed-pledge'), form: without(form, 'components', 'id')
  };
}

// ---- to the registry
const number = (s: string): unknown => (/^\d{1,15}$/.test(s.trim()) ? Number(s) : s.trim());
const components: Record<string, Bag> = {
  text: { type: 'textfield' }, lines: { type: 'textarea' }, units: { type: 'textarea' }, int: { type: 'number' }, money: { type: 'number' }, area: { type: 'number' }, date: { type: 'datetime', subtype: 'date' }, code: { type: 'select' }, bool: { type: 'checkbox' }
};
function component(f: Field): Bag {
  const made = components[f.type];
  if (!made) return f.rest;
  const long = made.type === 'textfield' || made.type === 'textarea';
  const values = f.values.split('\n').map((l) => l.trim()).filter(Boolean).map((l) => ({ value: l.split(' ')[0], label: l.split(' ').slice(1).join(' ') || l }));
  const kind = ['money', 'area', 'units'].includes(f.type) ? { kind: f.type } : {};
  return {
    ...without(f.rest, 'type', 'subtype', 'key', 'label', 'validate', 'properties', 'values'), ...made, key: f.key.trim(), label: f.zh.trim(),
    ...(f.type === 'code' ? { values } : {}),
    validate: { ...without(bag(f.rest.validate), 'required', 'maxLength'), required: f.required, ...(long ? { maxLength: number(f.max || '200') } : {}) },
    properties: { ...without(bag(f.rest.properties), 'en', 'kind'), en: f.en.trim(), ...kind }
  };
}
function papersOf(d: Draft): Bag[] {
  const questions = d.questions.map((q) => ({ type: 'yesno', ...q.rest, ...said({ code: q.code.trim(), zh: q.zh.trim(), en: q.en.trim(), roles: q.roles.trim(), stops: q.stops, note_zh: q.note_zh.trim(), note_en: q.note_en.trim() }) }));
  return [
    ...(d.inquiry && questions.length ? [{ code: 'inquiry', zh: '不动产登记询问笔录', en: 'Record of inquiry', template: 'signed-inquiry', each: true, questions }] : []),
    ...(d.pledge ? [{ code: 'pledge', zh: '真实性承诺书', en: 'Pledge of truthfulness', template: 'signed-pledge', each: true }] : []),
    ...d.papers
  ];
}
export function toRegistry(d: Draft, entries: readonly Entry[]): Design {
  const e = entries.find((k) => k.code === d.entry), certificate = e?.certificate ?? 'none';
  const notice = has(d.process, 'notice');
  const business = {
    ...d.rest, ...said({ code: d.code.trim(), version: d.version, zh: d.zh.trim(), en: d.en.trim(), ground: d.ground.trim(), entry: d.entry, channels: d.channels.join(' '), holder_role: d.holder_role, ended_role: d.ended_role, fees: d.fees, rules: d.rules }),
    registration_type: e?.registration_type ?? 0, right_type: number(d.right_type), process: 'designed', needs_tax: has(d.process, 'tax'), needs_cadastral: has(d.process, 'cadastral'),
    legal_days: number(d.legal_days), promised_days: number(d.promised_days), ...(notice ? { notice_days: number(d.notice_days) } : {}),
    certificate, document: certificate === 'none' ? 'notice-entry' : `certificate-${certificate}`,
    roles: d.roles.map((r) => ({ ...r, code: r.code.trim(), min: number(r.min), max: number(r.max) })),
    materials: d.materials.map((m) => said({ ...m, code: m.code.trim(), size_max: m.size_max ? number(m.size_max) : '' })),
    papers: papersOf(d),
    notices: notices.filter(([event]) => event !== 'notice' || notice).map(([event, template]) => ({ event, template })),
    steps: stepNames.filter(([, , , shown]) => shown(d, e)).map(([code, zh, en]) => ({ code, zh, en }))
  };
  return { business: business as Design['business'], form: { type: 'default', schemaVersion: 17, ...d.form, id: d.code.trim(), components: d.fields.map(component) } as Design['form'], process: d.process };
}
