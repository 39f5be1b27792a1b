// "What do I need": a few questions that end in a business. Codes are those of the published definitions; one that this office does not offer is left out.
import type { Text } from '@sanwang/ui';

export type End = { business: string };
export interface Ask {
  text: Text;
  choices: { text: Text; to: Ask | End }[];
}
const choice = (zh: string, en: string, to: Ask | string): Ask['choices'][number] => ({ text: [zh, en], to: typeof to === 'string' ? { business: to } : to });
const ask = (zh: string, en: string, ...choices: Ask['choices']): Ask => ({ text: [zh, en], choices });

const hands = ask(
  '房子从哪里来？',
  'Where does the property come from?',
  choice('向个人买的二手房', 'Bought from its owner', 'transfer-existing-flat'),
  choice('向开发商买的新房', 'Bought new from a developer', 'transfer-new-flat'),
  choice('别人赠与', 'A gift', 'gift-transfer'),
  choice('继承或受遗赠', 'Inherited', 'inheritance-transfer'),
  choice('离婚、分家等分割共有财产', 'Joint property divided, for example after a divorce', 'division-transfer'),
  choice('法院裁定', 'By the ruling of a court', 'court-transfer')
);
const change = ask(
  '什么变了？',
  'What has changed?',
  choice('姓名、名称或证件号码', 'My name or identity number', 'change-holder'),
  choice('门牌地址', 'The address', 'change-address'),
  choice('用途或面积', 'Use or area', 'change-use'),
  choice('一处分成几处', 'One is split into several', 'split-registration'),
  choice('几处合成一处', 'Several become one', 'merge-registration'),
  choice('登记簿记错了', 'The book is wrong', 'correction')
);
const loan = ask(
  '贷款或抵押要办什么？',
  'What about the loan or mortgage?',
  choice('用房产抵押借款', 'Mortgage a property', 'mortgage'),
  choice('最高额抵押', 'Mortgage up to a maximum', 'mortgage-maximum'),
  choice('贷款还清，注销抵押', 'The loan is paid; cancel the mortgage', 'mortgage-cancel'),
  choice('变更抵押内容', 'Change a mortgage', 'mortgage-change')
);
const notice = ask(
  '预告登记要办什么？',
  'What about a pre-notice?',
  choice('期房买卖合同已签，想先预告', 'I signed for a flat still being built', 'prenotice-presale'),
  choice('二手房先预告再过户', 'A pre-notice before a transfer', 'prenotice-transfer'),
  choice('注销预告', 'Cancel a pre-notice', 'prenotice-cancel')
);
const paper = ask('证书怎么了？', 'What about the certificate?', choice('丢了', 'It is lost', 'reissue'), choice('旧了、破了，要换新的', 'It is worn; I want a new one', 'exchange'));

export const root = ask(
  '您遇到了什么事？',
  'What brings you here?',
  choice('房子要换主人：买卖、赠与、继承、分割', 'A property changes hands: sale, gift, inheritance, division', hands),
  choice('信息变了或记错了', 'Something has changed or is wrong', change),
  choice('证书丢失或损坏', 'The certificate is lost or damaged', paper),
  choice('贷款、抵押', 'Loan, mortgage', loan),
  choice('预告登记', 'Pre-notice', notice),
  choice('新建的房屋第一次登记', 'A new building is registered for the first time', 'first-registration'),
  choice('对登记内容有异议', 'I object to an entry', 'objection'),
  choice('居住权', 'Right of residence', 'residence-right')
);

// Only what the office offers; a question without choices goes.
export function prune(a: Ask | End, offered: ReadonlySet<string>): Ask | End | null {
  if ('business' in a) return offered.has(a.business) ? a : null;
  const choices = a.choices.flatMap((c) => {
    const to = prune(c.to, offered);
    return to ? [{ text: c.text, to }] : [];
  });
  return choices.length ? { text: a.text, choices } : null;
}

// The place after these choices (numbers from the root); null when they lead nowhere.
export function walk(a: Ask | End | null, path: readonly number[]): Ask | End | null {
  let now = a;
  for (const n of path) now = now && 'choices' in now ? (now.choices[n]?.to ?? null) : null;
  return now;
}

export function ends(a: Ask | End): string[] {
  return 'business' in a ? [a.business] : a.choices.flatMap((c) => ends(c.to));
}
