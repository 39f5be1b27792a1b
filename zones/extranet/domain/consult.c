#include "zones/extranet/domain/consult.h"

#include <string.h>

#define DAY_MS INT64_C(86400000)

static const struct consult_kind kinds[] = {
	{"identity", "统一身份认证平台", "Identity platform", "核验身份和电子签名",
		"identity and e-signature", 0},
	{"face", "人脸比对", "Face comparison", "核验本人", "that it was the person", 0},
	{"tax", "税务机关", "Tax office", "核定税额", "to assess the tax", 5},
	{"tax-push", "税务机关（信息推送）", "Tax office, what it is told", "接收受理、登簿信息",
		"to take what was accepted and entered", 1},
	{"trade", "房屋交易管理部门", "Department of trade", "接收买卖合同和登簿信息",
		"to take the contract of sale and what was entered", 1},
	{"payment", "支付平台", "Payment platform", "收缴税费", "to take fee and taxes", 5},
	{"intranet", "业务内网权籍审核", "Cadastral review, intranet", "审核图形", "to review the graphics",
		5},
	{"national", "国家登记信息管理基础平台", "National platform", "接收接入报文",
		"to take the access message", 1},
};

const struct consult_kind *consult_kind_at(size_t i)
{
	return i < sizeof kinds / sizeof kinds[0] ? &kinds[i] : NULL;
}

const struct consult_kind *consult_kind_find(const char *code)
{
	const struct consult_kind *k;
	for (size_t i = 0; (k = consult_kind_at(i)) != NULL; i++)
		if (strcmp(k->code, code) == 0)
			return k;
	return NULL;
}

const char *consult_state_code(enum consult_state s)
{
	static const char *const codes[] = {"answered", "waiting", "late", "failed", "off"};
	return codes[s];
}

enum consult_state consult_judge(const struct consult_kind *k, const struct consult_facts *f)
{
	if (f->failed)
		return CONSULT_FAILED;
	if (f->answered)
		return CONSULT_ANSWERED;
	if (f->off)
		return CONSULT_OFF;
	return f->now_ms - f->asked_ms > k->days * DAY_MS ? CONSULT_LATE : CONSULT_WAITING;
}

bool consult_again_possible(const struct consult_kind *k, enum consult_state s)
{
	/* What went over the diode is repeated by itself until its receipt is on a disc; the tax office is
	 * asked by the applicants' declaration. */
	bool told = strcmp(k->code, "tax-push") == 0 || strcmp(k->code, "trade") == 0;
	if (told && s == CONSULT_FAILED)
		return true;
	if (told || strcmp(k->code, "payment") == 0)
		return s == CONSULT_WAITING || s == CONSULT_LATE;
	return strcmp(k->code, "national") == 0 && s == CONSULT_FAILED;
}
