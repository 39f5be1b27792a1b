/* Businesses as data: conf/businesses/CODE.yaml. Read-only after loading. */
#ifndef SW_WORKFLOW_BUSINESS_H
#define SW_WORKFLOW_BUSINESS_H
#include "common/base/json.h"
#include <stdbool.h>
#include <stdint.h>

#define BUSINESS_LIST_MAX 16
struct business_role {
	char code[24], zh[64], en[64];
	int min, max;
	bool signs;
}; /* 权利人, 义务人 … */
struct business_material {
	char code[48], zh[96], en[96];
	bool required;
	int64_t size_max;
};
struct business_field {
	char code[48], zh[96], en[96], type[16];
	bool required;
	int64_t max;
}; /* type: text int date money area certificate_no */
struct business_step {
	char code[16], zh[64], en[64];
};
struct business {
	char code[48], zh[96], en[96];
	int64_t version;
	int registration_type; /* 登记类型: 100 … 900 */
	int right_type;        /* 权利类型: 4 … */
	char entry[32]; /* what 登簿 does: a kind of zones/extranet/domain/entry_kind.h, which registryd
			   checks; when the definition is silent, by registration and right type */
	bool needs_tax, needs_cadastral;
	int legal_days, promised_days; /* working days from acceptance */
	int64_t fee_dwelling_cents, fee_other_cents;
	char fee_basis[256];
	char holder_role[24]; /* role whose parties become right holders */
	char ended_role[24];  /* role whose right ends (义务人); "" none */
	struct business_role roles[BUSINESS_LIST_MAX];
	size_t nroles;
	struct business_material materials[BUSINESS_LIST_MAX];
	size_t nmaterials;
	struct business_field fields[BUSINESS_LIST_MAX];
	size_t nfields;
	struct business_step steps[BUSINESS_LIST_MAX];
	size_t nsteps;
};
struct business_set;
/* Every *.yaml of the folder; ERR_CONFIG with file:line in note. */
SW_MUST_USE int business_load(const char *dir, struct business_set **out, struct err_note *note);
void business_free(struct business_set *s);
/* NULL when unknown. */
const struct business *business_find(const struct business_set *s, const char *code);
const struct business *business_at(const struct business_set *s, size_t i); /* NULL behind the last */
/* For the pages; new reference. */
json_t *business_json(const struct business *b);
const struct business_role *business_role_find(const struct business *b, const char *code);
/* Checks the form object the parties sign:
 * {"application","business","business_version","division","unit_code","parties":[{"role","name","id_kind","id_number","share_num",
 * "share_den"}],"fields":{…},"materials":[{"code","name","digest","size"}],"statement"}: known business and
 * version, roles within min and max, shares of the holders sum to one, identity numbers with their check
 * digits, unit code, required fields and materials. Every finding is added to `findings` (array of
 * {"key","zh","en"}; may be NULL); returns ERR_SCHEMA with the first one in note when there is any. */
SW_MUST_USE int business_check_form(
	const struct business *b, const json_t *form, json_t *findings, struct err_note *note);
#endif
