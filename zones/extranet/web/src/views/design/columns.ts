// What is asked of each row of the designer's lists.
import type { RowColumn } from './RowTable.vue';

const code: RowColumn = { key: 'code', text: ['编码', 'Code'] };
const zh: RowColumn = { key: 'zh', text: ['中文', 'In Chinese'] };
const en: RowColumn = { key: 'en', text: ['英文', 'In English'] };

export const roleColumns: readonly RowColumn[] = [
  code, zh, en,
  { key: 'min', text: ['至少几人', 'At least'] }, { key: 'max', text: ['至多几人', 'At most'] },
  { key: 'id_kinds', text: ['证件种类代码（1 身份证，7 统一社会信用代码）', 'Kinds of identity papers (1 card, 7 credit code)'] },
  { key: 'signs', text: ['须签名', 'Signs'], type: 'check' }
];
export const materialColumns: readonly RowColumn[] = [
  code, zh, en,
  { key: 'sample', text: ['样例说明', 'What a good one shows'] },
  { key: 'formats', text: ['格式', 'Formats'] },
  { key: 'size_max', text: ['最大字节数', 'Bytes at most'] },
  { key: 'shared', text: ['共享免交（数据来源）', 'Waived by shared data'] },
  { key: 'required', text: ['必要', 'Required'], type: 'check' }
];
export const fieldColumns: readonly RowColumn[] = [
  { ...code, key: 'key' }, zh, en,
  {
    key: 'type', text: ['类型', 'Kind'], type: 'select', options: [
      { value: 'text', text: ['文字', 'text'] }, { value: 'lines', text: ['多行文字', 'lines'] }, { value: 'int', text: ['数字', 'number'] }, { value: 'money', text: ['金额', 'money'] }, { value: 'area', text: ['面积', 'area'] },
      { value: 'date', text: ['日期', 'date'] }, { value: 'code', text: ['选项', 'choice'] }, { value: 'bool', text: ['是否', 'yes or no'] }, { value: 'units', text: ['单元清单', 'list of units'] }, { value: 'shown', text: ['只作展示', 'shown only'] }
    ]
  },
  { key: 'max', text: ['最多字数', 'Letters at most'], when: (r) => ['text', 'lines', 'units'].includes(String(r.type)) },
  { key: 'values', text: ['选项，每行：值 名称', 'Choices, a line each: value name'], type: 'area', wide: true, when: (r) => r.type === 'code' },
  { key: 'required', text: ['必填', 'Required'], type: 'check' }
];
export const questionColumns: readonly RowColumn[] = [
  code, { ...zh, wide: true }, { ...en, wide: true },
  { key: 'roles', text: ['问谁（当事人编码，留空为全部）', 'Who is asked (codes; all when empty)'] },
  { key: 'stops', text: ['哪个回答不能继续', 'The answer that stops'], type: 'select', options: [{ value: '', text: ['都可以', 'none'] }, { value: 'no', text: ['否', 'no'] }, { value: 'yes', text: ['是', 'yes'] }], when: (r) => ['yesno', undefined].includes((r.rest as { type?: string }).type) },
  { key: 'note_zh', text: ['法律依据（中文）', 'Its ground in Chinese'], wide: true }, { key: 'note_en', text: ['法律依据（英文）', 'Its ground in English'], wide: true }
];
