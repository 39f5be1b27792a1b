/* The table itself: rules that restrictions of the register give, and reasons that the form and the state of
 * the unit give. */
#include "zones/extranet/domain/block.h"

#define TRANSFERS "transfer transfer-new transfer-inheritance transfer-division"
#define SALES "transfer transfer-new transfer-division"
#define BURDENS "mortgage mortgage-max mortgage-construction easement residence"
#define PRENOTICES "prenotice-presale prenotice-transfer prenotice-presale-mortgage prenotice-mortgage"
#define CHANGES "change-unit split merge"

/* clang-format off */
static const struct block_rule rules[] = {
	{"SEIZED", BLOCK_SEIZED, TRANSFERS " " CHANGES " " BURDENS " " PRENOTICES " cancel mortgage-change", BLOCK_NEVER,
		"不动产已被查封,查封期间不予办理", "the unit is under seizure",
		"民事诉讼法第106条、第255条;法发〔2004〕5号第22条;不动产登记暂行条例实施细则第90条至第92条", "条文序号依2023年修正;抵押权变更、灭失注销在查封期间能否办理,各地口径不一(?)"},
	{"SEIZED-COURT", BLOCK_SEIZED, "transfer-court", BLOCK_NEVER,
		"不动产已被其他法院查封", "the unit is under seizure of another court",
		"最高人民法院关于人民法院民事执行中查封、扣押、冻结财产的规定第26条;法发〔2004〕5号第20条、第22条", "首封法院处分、轮候失效的协助执行文书以法院文书为准(?)"},
	{"PRESEIZED", BLOCK_PRESEIZED, TRANSFERS " " CHANGES " " BURDENS " " PRENOTICES " cancel mortgage-change transfer-court", BLOCK_TURN,
		"不动产已被预查封", "the unit is under pre-seizure", "法发〔2004〕5号第13条至第18条", "预查封期间登记到被执行人名下的,自动转为查封(?)"},
	{"LAND-SEIZED", BLOCK_LAND_SEIZED, SALES " " CHANGES " " BURDENS, BLOCK_NEVER,
		"房屋所占土地使用权已被查封,效力及于地上建筑物", "the land under the building is under seizure of the same holder",
		"最高人民法院关于人民法院民事执行中查封、扣押、冻结财产的规定第21条", "土地与房屋分属不同权利人的除外(?)"},
	{"MORTGAGEE-CONSENT", BLOCK_MORTGAGE_OLD, SALES, BLOCK_CONSENT,
		"民法典施行前登记的抵押权,转让须经抵押权人同意", "mortgage registered before 2021-01-01: the mortgagee must consent",
		"自然资发〔2021〕54号第三条;原物权法第191条", "按份共有人之间分割是否视同转让(?)"},
	{"TRANSFER-RESTRICTED", BLOCK_MORTGAGE_NOTED, SALES, BLOCK_CONSENT,
		"登记簿记载禁止或限制转让抵押不动产的约定,须抵押权人共同申请", "transfer is restricted by agreement: the mortgagee must apply too",
		"民法典第406条;自然资发〔2021〕54号第三条", ""},
	{"MORTGAGE-FOLLOWS", BLOCK_MORTGAGE, TRANSFERS " transfer-court", BLOCK_WARN,
		"抵押期间转让,抵押权不受影响,应告知受让人", "the mortgage stays on the unit; show it to the buyer",
		"民法典第406条", ""},
	{"MORTGAGE-FOLLOWS", BLOCK_MORTGAGE_OLD, "transfer-inheritance transfer-court", BLOCK_WARN,
		"抵押权随不动产存续", "the mortgage stays on the unit", "民法典第406条", "司法处置后抵押权消灭的,依协助执行通知书另办注销(?)"},
	{"MORTGAGE-FOLLOWS", BLOCK_MORTGAGE_NOTED, "transfer-inheritance transfer-court", BLOCK_WARN,
		"抵押权随不动产存续", "the mortgage stays on the unit", "民法典第406条", "继承是否受约定限制(?)"},
	{"MORTGAGEE-CONSENT", BLOCK_MORTGAGE_OLD, "split cancel", BLOCK_CONSENT,
		"已设立抵押权,须抵押权人书面同意", "mortgaged: the mortgagee must consent", "不动产登记暂行条例实施细则第28条;不动产登记操作规范", "第28条只说放弃权利的注销:灭失注销、分割的同意要求见操作规范(?)"},
	{"MORTGAGEE-CONSENT", BLOCK_MORTGAGE_NOTED, "split cancel", BLOCK_CONSENT,
		"已设立抵押权,须抵押权人书面同意", "mortgaged: the mortgagee must consent", "不动产登记暂行条例实施细则第28条;不动产登记操作规范", "第28条只说放弃权利的注销:灭失注销、分割的同意要求见操作规范(?)"},
	{"MORTGAGEE-CONSENT", BLOCK_MORTGAGE, "split cancel", BLOCK_CONSENT,
		"已设立抵押权,须抵押权人书面同意", "mortgaged: the mortgagee must consent", "不动产登记暂行条例实施细则第28条;不动产登记操作规范", "第28条只说放弃权利的注销:灭失注销、分割的同意要求见操作规范(?)"},
	{"PRENOTICE", BLOCK_PRENOTICE, TRANSFERS " " BURDENS " " PRENOTICES " cancel", BLOCK_CONSENT,
		"预告登记生效期间,未经预告登记权利人书面同意,处分不予办理", "pre-notice in force: its holder must consent",
		"民法典第221条;不动产登记暂行条例实施细则第85条", "继承是否属处分(?)"},
	{"PRENOTICE-MORTGAGE", BLOCK_PRENOTICE_MORTGAGE, "transfer transfer-inheritance transfer-division cancel " BURDENS " prenotice-transfer prenotice-mortgage", BLOCK_CONSENT,
		"抵押权预告登记生效期间,须预告登记权利人书面同意", "pre-notice of a mortgage in force: its holder must consent",
		"民法典第221条;不动产登记暂行条例实施细则第85条", "预购人取得所有权不影响抵押预告(?)"},
	{"PRENOTICE-FOLLOWS", BLOCK_PRENOTICE_MORTGAGE, "transfer-new", BLOCK_WARN,
		"抵押权预告登记继续有效", "the pre-notice of the mortgage stays", "不动产登记暂行条例实施细则第85条", ""},
	{"OBJECTION", BLOCK_OBJECTION, SALES " " BURDENS " " PRENOTICES " cancel", BLOCK_COMMIT,
		"存在异议登记:申请人须书面承诺知悉并自担风险", "objection in force: the applicants must state that they know and bear the risk",
		"民法典第220条;不动产登记暂行条例实施细则第84条", ""},
	{"OBJECTED", BLOCK_OBJECTION, "transfer-inheritance transfer-court change-unit change-holder", BLOCK_WARN,
		"存在异议登记,应书面告知", "an objection is in force: tell the parties", "不动产登记暂行条例实施细则第84条", ""},
	{"RESIDENCE", BLOCK_RESIDENCE, TRANSFERS " transfer-court mortgage mortgage-max", BLOCK_WARN,
		"已设立居住权,不因转让、抵押而受影响", "a residence right stays on the unit", "民法典第366条至第371条", "登记在先的居住权对抗效力(?)"},
	{"RESIDENCE-CONSENT", BLOCK_RESIDENCE, "cancel", BLOCK_CONSENT,
		"已设立居住权,须居住权人书面同意", "a residence right is registered: its holder must consent", "不动产登记暂行条例实施细则第28条", "居住权类推适用(?)"},
	{"EASEMENT", BLOCK_EASEMENT, TRANSFERS " transfer-court", BLOCK_WARN,
		"地役权随不动产存续", "an easement stays on the unit", "民法典第380条、第382条、第383条", ""},
	{"EASEMENT-CONSENT", BLOCK_EASEMENT, "cancel", BLOCK_CONSENT,
		"已设立地役权,须地役权人书面同意", "an easement is registered: its holder must consent", "不动产登记暂行条例实施细则第28条", ""},
	{"TAX", BLOCK_TAX, "", BLOCK_NEVER, "未完税,不予登记", "tax is due and not paid",
		"契税法第11条;土地增值税暂行条例第12条", ""},
};

static const struct block_reason reasons[] = {
	{"NO-RIGHT", "没有可供登记的现势权利", "no right of the kind is in force", "不动产登记暂行条例实施细则第24条", ""},
	{"RIGHT-EXISTS", "该不动产单元已有现势的所有权或使用权", "a right is registered already", "不动产登记暂行条例第22条", ""},
	{"NOT-HOLDER", "申请人、义务人不是登记簿记载的权利人", "the parties are not the registered holders", "不动产登记暂行条例第14条、第22条", ""},
	{"CO-OWNERS", "须全体共同共有人或者占份额三分之二以上的按份共有人共同申请", "all joint owners, or owners of two thirds by share, must apply", "民法典第301条;不动产登记暂行条例实施细则第10条", "共有人另有约定的除外(?)"},
	{"SHARE", "份额超出所有或不足", "the share is not theirs to dispose of", "民法典第305条;不动产登记暂行条例实施细则第10条", ""},
	{"JOINT-SHARE", "共同共有没有份额,须先分割", "joint owners have no shares: divide first", "民法典第299条、第303条", ""},
	{"SHARE-FINE", "份额分母过大,无法登记", "the share is too fine to be written", "不动产登记暂行条例第8条", "份额分母的上限由本系统设定(?)"},
	{"PROOF", "没有此登记证明号的现势登记", "no registration in force has this number", "不动产登记暂行条例第18条", ""},
	{"SEIZURE", "没有此文号的查封在册", "no seizure in force has this document number", "不动产登记暂行条例实施细则第92条;法发〔2004〕5号", ""},
	{"COURT", "办理机关不是作出查封的机关", "not the authority that seized", "法发〔2004〕5号", "上级法院决定解除的(?)"},
	{"DUPLICATE", "同一文书已经登记", "the same document is registered already", "不动产登记暂行条例第18条", "同一文书重复送达的处理由本系统设定(?)"},
	{"TERM", "查封、续封每次不得超过三年,起止日期须正确", "three years at most each time, and dates in order", "最高人民法院关于适用民事诉讼法的解释第485条", ""},
	{"DATES", "起止日期不正确", "the dates are not in order", "不动产登记暂行条例第18条", ""},
	{"FIELD", "表单内容不能登记", "the form cannot be entered", "不动产登记暂行条例第17条、第18条", ""},
	{"OWN", "权利人本人不能对自己的权利申请异议登记", "holders object to nothing of their own", "民法典第220条", ""},
	{"SUIT", "异议登记已有起诉记载", "a suit is noted already", "不动产登记暂行条例实施细则第83条", ""},
	{"UNITS", "单元代码不正确、重复或已在登记簿上", "unit codes are wrong, doubled or in the book already", "不动产单元编码规范 GB/T 37346", ""},
	{"AREA", "面积之和与原面积不符", "the areas do not add up", "不动产登记暂行条例第18条、第19条", "允许误差按测量规范,由权籍审核认定(?)"},
	{"OWNERS-DIFFER", "被合并单元的权利人、共有情况须一致", "the units to be merged must have the same holders", "不动产登记操作规范", ""},
	{"ENCUMBERED", "被合并、分割的单元上有其他权利或限制,须先处理", "other rights or restrictions stand on the units", "不动产登记操作规范", "(?)"},
	{"OTHER-MORTGAGEES", "变更影响其他抵押权人,须其书面同意", "other mortgagees are affected and must consent", "民法典第409条;不动产登记暂行条例实施细则第68条", ""},
	{"MAX-NOT-FIXED", "最高额抵押担保的债权确定前,最高额抵押权不得转让", "a maximum-amount mortgage does not move before its claims are fixed", "民法典第421条", "当事人另有约定的除外"},
	{"LATER", "错误登记之后已办理涉及处分的登记、预告登记或查封登记,不得依职权更正", "later disposals, pre-notices or seizures stand in the way of a correction ex officio", "不动产登记暂行条例实施细则第81条", ""},
	{"COLUMN", "该栏目不能更正", "this column is not corrected", "不动产登记暂行条例实施细则第79条", "标识类栏目不更正由本系统设定(?)"},
	{"SAME", "没有变化", "nothing changes", "不动产登记暂行条例实施细则第79条", ""},
	{"PERSON-TWICE", "同一人重复", "a person stands twice", "不动产登记暂行条例第18条", ""},
};
/* clang-format on */
#define NRULES (sizeof rules / sizeof rules[0])
#define NREASONS (sizeof reasons / sizeof reasons[0])

const struct block_rule *block_rule_at(size_t i)
{
	return i < NRULES ? &rules[i] : NULL;
}

const struct block_reason *block_reason_at(size_t i)
{
	return i < NREASONS ? &reasons[i] : NULL;
}

const char *block_effect_name(enum block_effect e)
{
	static const char *const names[] = {"never", "consent", "turn", "commit", "warn"};
	return names[e];
}
