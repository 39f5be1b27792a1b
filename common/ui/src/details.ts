import { lang } from './lang';
import { stateOf } from './states';

// What the daemons say beside a reason code, in Chinese where people meet it in a page. Texts not listed here are shown as they are.
const table: readonly (readonly [RegExp, string])[] = [
  [/^blank (\S+): registered already$/, '空白盘 $1 已登记'],
  [/^blank (\S+): not registered$/, '空白盘 $1 没有登记'],
  [/^blank (\S+): is used by disc (\S+)$/, '空白盘 $1 已用于光盘 $2'],
  [/^blank (\S+): is scrap$/, '空白盘 $1 已报废'],
  [/^blank (\S+): is void.*$/, '空白盘 $1 已随作废盘注销'],
  [/^blank (\S+) is marked (\S+), disc (\S+) is (\S+)$/, '空白盘 $1 的密级低于光盘 $3'],
  [/^disc (\S+) lies on blank (\S+) already$/, '光盘 $1 已刻在 $2 上'],
  [/^disc (\S+): a registered blank is demanded$/, '光盘 $1：须用已登记的空白盘'],
  [/^disc (\S+): the number of a seal is demanded$/, '光盘 $1：须填写封签号'],
  [/^disc (\S+): its mark 密级 is demanded$/, '光盘 $1：须填写密级'],
  [/^disc (\S+): the slip names another mark$/, '光盘 $1：密级与移交单不符'],
  [/^disc (\S+) is (\S+), it was received as (\S+)$/, '光盘 $1：密级与接收登记不符（盘内 $2，登记 $3）'],
  [/^disc (\S+): the receiver's signature is demanded$/, '光盘 $1：接收人须签收'],
  [/^disc (\S+): it must be verified first$/, '光盘 $1：须先核验'],
  [/^disc (\S+): nobody has received it$/, '光盘 $1：尚无人登记接收'],
  [/^disc (\S+): the slip names another seal$/, '光盘 $1：封签号与移交单不符'],
  [/^disc (\S+): the slip names another blank$/, '光盘 $1：介质编号与移交单不符'],
  [/^disc (\S+): (\d+) of (\d+) sectors are bad already$/, '光盘 $1：$3 个扇区中已有 $2 个坏，不能移交，请作废后重新刻录'],
  [/^disc (\S+): not the disc that was burnt here$/, '光盘 $1：不是本网刻录的那张'],
  [/^disc (\S+): another disc of this number was .* before$/, '光盘 $1：此前已有同号的另一张光盘'],
  [/^disc (\S+) was declared void, disc (\S+) tells$/, '光盘 $1 已由内网作废（光盘 $2 告知）'],
  [/^disc (\S+) (?:is|was) imported(?: already| before)$/, '光盘 $1 已导入过'],
  [/^disc (\S+): not in this ledger$/, '台账中没有光盘 $1'],
  [/^seal (\S+) is that of disc (\S+)$/, '封签 $1 已用于光盘 $2'],
  [/^there is nothing to carry: no bundle in the folder$/, '没有待带出的数据包'],
  [/^ledger .*: in use, a disc may be burnt just now$/, '台账正被占用，可能正在刻录'],
  [/^the key of (\S+) cannot be opened.*$/, '$1 的密钥打不开，请检查口令'],
  [/^the face comparison cannot be reached$/, '人脸比对服务暂时连不上，请稍后再试，或到登记窗口办理'],
  [/^the face is to be compared before signing$/, '签名前请先完成人脸比对'],
  [/^image: a JPEG or PNG photograph$/, '请使用 JPEG 或 PNG 照片'],
  [/^code: wrong, or older than five minutes$/, '验证码不正确，或已超过五分钟'],
  [/^a code was sent within the last minute$/, '一分钟内已发过验证码'],
  [/^again in (\d+) seconds$/, '请 $1 秒后再试'],
  [/^too many failed attempts; try again in (\d+) seconds$/, '密码错误次数过多，请 $1 秒后再试'],
  [/^phone: eleven digits of a mobile number$/, '手机号应为 11 位数字'],
  [/^password: 8 to 256 characters$/, '密码为 8 至 256 个字符'],
  [/^no account of this number and this name$/, '没有此手机号与此姓名的账号'],
  [/^id_number: no resident identity number$/, '身份证号码不正确'],
  [/^id_number: another account was proved with it$/, '此身份证号码已核验过另一账号'],
  [/^(.{1,60}): not the code of a slip$/, '“$1”不是移交单的二维码']
];

const refusals: readonly (readonly [RegExp, string])[] = [
  [/^body\.application: no such case$/, '没有此业务'],
  [/^case (\S+): not possible while it is (\S+)$/, '业务 $1 现为“$2”，不能采用'],
  [/^the process of this case does not wait for "cadastral" now$/, '业务流程现在不等待权籍审核结果'],
  [/^business (\S+): version (\d+) (?:is not known|was never published) here$/, '没有业务 $1 的第 $2 版']
];

// What the automatic checks of outlines say; GEOS says the first ones, with the place in brackets.
const checks: readonly (readonly [RegExp, string])[] = [
  [/^(?:Ring )?Self-intersection(\[.*\])?$/, '图形自相交 $1'],
  [/^Too few points in geometry component(\[.*\])?$/, '点数过少 $1'],
  [/^Hole lies outside shell(\[.*\])?$/, '内环在外环之外 $1'],
  [/^Holes are nested(\[.*\])?$/, '内环相互嵌套 $1'],
  [/^Interior is disconnected(\[.*\])?$/, '图形内部不连通 $1'],
  [/^Duplicate Rings(\[.*\])?$/, '有重复的环 $1'],
  [/^Nested shells(\[.*\])?$/, '外环相互嵌套 $1'],
  [/^Repeated Point(\[.*\])?$/, '有重复的点 $1'],
  [/^Invalid Coordinate(\[.*\])?$/, '坐标无效 $1'],
  [/^Ring is not closed(\[.*\])?$/, '环未闭合 $1'],
  [/^cannot be judged$/, '无法判断'],
  [/^file (.*), case (.*)$/, '文件中为 $1，申请为 $2'],
  [/^(\S+) is in the cadastre already$/, '$1 在地籍中已有'],
  [/^reaches over the division's border$/, '超出行政区界线'],
  [/^the division's border is not in the cadastre$/, '地籍中没有本行政区界线'],
  [/^(\S+) m² shared with (.+)$/, '与 $2 重叠 $1 m²'],
  [/^compactness (\S+), at least (\S+)$/, '紧凑度 $1，应不小于 $2'],
  [/^measured (-?\d+) cm², claimed (-?\d+) cm²$/, '实测 $1 cm²，申请 $2 cm²'],
  [/^cannot be compared with what is drawn$/, '无法与已有界址比较'],
  [/^(\S+) m² differ from what is drawn$/, '与已有界址相差 $1 m²'],
  [/^geometry: cannot be read$/, '图形无法读取'],
  [/^geometry: not one polygon$/, '图形不是单个多边形'],
  [/^geometry: more than (\d+) points$/, '图形超过 $1 个点'],
  [/^(\d+) bytes, at most (\d+)$/, '文件 $1 字节，最多 $2 字节'],
  [/^features\[(\d+)\]\.properties\.parcel_code: 19 characters are expected$/, '图形 $1：应有 19 位宗地代码'],
  [/^features\[(\d+)\]\.geometry: a Polygon .*$/, '图形 $1：应为闭合的多边形'],
  [/^features: 1 to (\d+) are expected$/, '应有 1 至 $1 个图形'],
  [/^line (\d+): .*$/, '文件不是有效的 GeoJSON（第 $1 行）']
];

function found(list: typeof table, text: string): string {
  for (const [pattern, zh] of list) if (pattern.test(text)) return text.replace(pattern, zh).trim();
  return text;
}

// One reason, or several after "; ", each behind the code of its parcel where there are more than one.
export function checkReason(text: string): string {
  if (lang.value !== 'zh') return text;
  return text
    .split('; ')
    .map((one) => {
      const [, code = '', rest = one] = /^([0-9A-Z]{19}: )?(.*)$/s.exec(one) ?? [];
      return code.replace(': ', '：') + found(checks, rest);
    })
    .join('；');
}

// What the registry says of a result that it did not take; a state stands in it by its code.
export const refusalZh = (text: string): string => found(refusals, text).replace(/“(\w+)”/, (_, state: string) => `“${stateOf(state).zh}”`);

export function detailZh(text: string): string {
  return found(table, text);
}
