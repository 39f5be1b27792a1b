#include "zones/extranet/domain/entry_kind.h"

#include <string.h>

/* clang-format off */
#define F(...) {__VA_ARGS__}
#define NONE {NULL}
static const struct entry_kind kinds[] = {
	/* code, zh, en, act, variant, type, holders, obligors, paper, fields */
	{"first", "首次登记", "first registration", ENTRY_FIRST, "", 100, true, false, ENTRY_TITLE, F("location", "use", "area_cm2")},
	{"transfer", "转移登记", "transfer", ENTRY_TRANSFER, "", 200, true, true, ENTRY_TITLE, NONE},
	{"transfer-new", "新建商品房转移登记", "transfer of a new flat", ENTRY_TRANSFER, "new", 200, true, true, ENTRY_TITLE, NONE},
	{"transfer-inheritance", "继承、受遗赠转移登记", "transfer by inheritance", ENTRY_TRANSFER, "inheritance", 200, true, false, ENTRY_TITLE, F("deceased_id")},
	{"transfer-court", "依法院裁定转移登记", "transfer by court ruling", ENTRY_TRANSFER, "court", 200, true, false, ENTRY_TITLE, F("court", "document_no")},
	{"transfer-division", "共有物分割转移登记", "transfer by division", ENTRY_TRANSFER, "division", 200, true, true, ENTRY_TITLE, NONE},
	{"change-holder", "权利人名称、证件变更登记", "change of a holder's name or number", ENTRY_CHANGE_HOLDER, "", 300, true, false, ENTRY_TITLE, F("old_id_number")},
	{"change-unit", "不动产自然状况变更登记", "change of a unit's attributes", ENTRY_CHANGE_UNIT, "", 300, true, false, ENTRY_TITLE, NONE},
	{"split", "分割变更登记", "split", ENTRY_SPLIT, "", 300, true, false, ENTRY_TITLE, F("units")},
	{"merge", "合并变更登记", "merge", ENTRY_MERGE, "", 300, true, false, ENTRY_TITLE, F("units", "area_cm2")},
	{"cancel", "注销登记", "cancellation", ENTRY_CANCEL, "", 400, true, false, ENTRY_NO_PAPER, NONE},
	{"correct", "更正登记", "correction", ENTRY_CORRECT, "", 500, false, false, ENTRY_NO_PAPER, F("table", "row", "column", "value")},
	{"objection", "异议登记", "objection", ENTRY_OBJECTION, "", 600, true, false, ENTRY_PROOF, F("matter")},
	{"objection-suit", "异议登记起诉材料", "objection: suit filed", ENTRY_OBJECTION_SUIT, "", 600, false, false, ENTRY_NO_PAPER, F("proof_no", "court", "document_no")},
	{"objection-cancel", "注销异议登记", "cancellation of an objection", ENTRY_OBJECTION_CANCEL, "", 400, false, false, ENTRY_NO_PAPER, F("proof_no")},
	{"prenotice-presale", "预售商品房买卖预告登记", "pre-notice of a presale", ENTRY_PRENOTICE, "1", 700, true, true, ENTRY_PROOF, NONE},
	{"prenotice-transfer", "不动产转移预告登记", "pre-notice of a transfer", ENTRY_PRENOTICE, "2", 700, true, true, ENTRY_PROOF, NONE},
	{"prenotice-presale-mortgage", "预售商品房抵押权预告登记", "pre-notice of a mortgage on a presale", ENTRY_PRENOTICE, "3", 700, true, true, ENTRY_PROOF, F("secured_cents", "term_from", "term_to")},
	{"prenotice-mortgage", "不动产抵押权预告登记", "pre-notice of a mortgage", ENTRY_PRENOTICE, "4", 700, true, true, ENTRY_PROOF, F("secured_cents", "term_from", "term_to")},
	{"prenotice-cancel", "注销预告登记", "cancellation of a pre-notice", ENTRY_PRENOTICE_CANCEL, "", 400, false, false, ENTRY_NO_PAPER, F("proof_no")},
	{"mortgage", "一般抵押权首次登记", "mortgage", ENTRY_MORTGAGE, "", 100, true, true, ENTRY_PROOF, F("secured_cents", "term_from", "term_to", "transfer_restricted")},
	{"mortgage-max", "最高额抵押权首次登记", "maximum-amount mortgage", ENTRY_MORTGAGE, "max", 100, true, true, ENTRY_PROOF, F("secured_cents", "term_from", "term_to", "transfer_restricted")},
	{"mortgage-construction", "在建建筑物抵押权首次登记", "mortgage on a building under construction", ENTRY_MORTGAGE, "construction", 100, true, true, ENTRY_PROOF, F("secured_cents", "term_from", "term_to", "transfer_restricted")},
	{"mortgage-change", "抵押权变更登记", "change of a mortgage", ENTRY_MORTGAGE_CHANGE, "", 300, true, true, ENTRY_PROOF, F("proof_no")},
	{"mortgage-transfer", "抵押权转移登记", "transfer of a mortgage", ENTRY_MORTGAGE_TRANSFER, "", 200, true, true, ENTRY_PROOF, F("proof_no")},
	{"mortgage-cancel", "抵押权注销登记", "cancellation of a mortgage", ENTRY_MORTGAGE_CANCEL, "", 400, true, false, ENTRY_NO_PAPER, F("proof_no")},
	{"seizure", "查封登记", "seizure", ENTRY_SEIZURE, "", 800, false, false, ENTRY_NO_PAPER, F("court", "document_no", "term_from", "term_to")},
	{"seizure-renew", "续封登记", "renewal of a seizure", ENTRY_SEIZURE_RENEW, "", 800, false, false, ENTRY_NO_PAPER, F("court", "document_no", "seizure_no", "term_to")},
	{"seizure-release", "解除查封登记", "release of a seizure", ENTRY_SEIZURE_RELEASE, "", 800, false, false, ENTRY_NO_PAPER, F("court", "document_no", "seizure_no")},
	{"easement", "地役权首次登记", "easement", ENTRY_EASEMENT, "", 100, true, true, ENTRY_PROOF, F("dominant_unit", "content", "term_from", "term_to")},
	{"easement-cancel", "地役权注销登记", "cancellation of an easement", ENTRY_EASEMENT_CANCEL, "", 400, true, false, ENTRY_NO_PAPER, F("proof_no")},
	{"residence", "居住权首次登记", "residence right", ENTRY_RESIDENCE, "", 100, true, true, ENTRY_PROOF, F("content")},
	{"residence-cancel", "居住权注销登记", "cancellation of a residence right", ENTRY_RESIDENCE_CANCEL, "", 400, true, false, ENTRY_NO_PAPER, F("proof_no")},
	{"reissue", "补发、换发不动产权证书", "reissue of a certificate", ENTRY_REISSUE, "", 900, true, false, ENTRY_TITLE, F("certificate_no")},
};
#undef F
#undef NONE
/* clang-format on */
#define NKINDS (sizeof kinds / sizeof kinds[0])

const struct entry_kind *entry_kind_find(const char *code)
{
	for (size_t i = 0; i < NKINDS; i++)
		if (strcmp(kinds[i].code, code) == 0)
			return &kinds[i];
	return NULL;
}

const struct entry_kind *entry_kind_at(size_t i)
{
	return i < NKINDS ? &kinds[i] : NULL;
}

static bool field_required(const struct business *b, const char *code)
{
	for (size_t i = 0; i < b->nfields; i++)
		if (strcmp(b->fields[i].code, code) == 0)
			return b->fields[i].required;
	return false;
}

int entry_kind_fits(const struct business *b, struct err_note *note)
{
	const struct entry_kind *k = entry_kind_find(b->entry);
	if (!k)
		return err_set(note, ERR_CONFIG, "business %s: entry \"%s\": unknown", b->code, b->entry);
	if (b->registration_type != k->registration_type)
		return err_set(note, ERR_CONFIG, "business %s: registration_type: entry %s has %d", b->code,
			k->code, k->registration_type);
	if (k->obligors && !b->ended_role[0])
		return err_set(note, ERR_CONFIG,
			"business %s: ended_role: entry %s needs the present holders", b->code, k->code);
	if (!k->obligors && b->ended_role[0])
		return err_set(
			note, ERR_CONFIG, "business %s: ended_role: entry %s has none", b->code, k->code);
	for (size_t i = 0; i < ENTRY_FIELDS_MAX && k->fields[i]; i++)
		if (!field_required(b, k->fields[i]))
			return err_set(note, ERR_CONFIG, "business %s: fields: entry %s needs %s, required",
				b->code, k->code, k->fields[i]);
	return 0;
}
