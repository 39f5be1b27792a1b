#include "zones/extranet/domain/charge.h"

#include "zones/extranet/domain/entry_plan.h"
#include "zones/extranet/domain/facts.h"
#include <stdio.h>
#include <string.h>

static const char *const codes[] = {
#define X(id, code) code,
	CHARGE_STATES(X)
#undef X
};

const char *charge_state_code(enum charge_state s)
{
	return codes[s];
}

int charge_state_parse(const char *code, enum charge_state *out)
{
	for (size_t i = 0; i < CHARGE_STATE_COUNT; i++)
		if (strcmp(code, codes[i]) == 0) {
			*out = (enum charge_state)i;
			return 0;
		}
	return ERR_SYNTAX;
}

#define NO CHARGE_STATE_COUNT
static const enum charge_state moves[CHARGE_ACT_COUNT][CHARGE_STATE_COUNT] = {
	/*                    FREE DUE               ASKED             WAIVED PAID CANCELLED REFUND REFUNDED
	 */
	[CHARGE_DO_PAY] = {NO, CHARGE_PAID, CHARGE_PAID, NO, NO, CHARGE_REFUND, NO, NO},
	[CHARGE_DO_ASK] = {NO, CHARGE_ASKED, NO, NO, NO, NO, NO, NO},
	[CHARGE_DO_WAIVE] = {NO, NO, CHARGE_WAIVED, NO, NO, NO, NO, NO},
	[CHARGE_DO_KEEP] = {NO, NO, CHARGE_DUE, NO, NO, NO, NO, NO},
	[CHARGE_DO_END] = {CHARGE_FREE, CHARGE_CANCELLED, CHARGE_CANCELLED, CHARGE_WAIVED, CHARGE_REFUND,
		CHARGE_CANCELLED, CHARGE_REFUND, CHARGE_REFUNDED},
	[CHARGE_DO_REFUND] = {NO, NO, NO, NO, NO, NO, CHARGE_REFUNDED, NO},
};

int charge_next(enum charge_state from, enum charge_act act, enum charge_state *to, struct err_note *note)
{
	if (moves[act][from] == NO)
		return err_set(note, ERR_STATE, "not possible while the fee is %s", codes[from]);
	*to = moves[act][from];
	return 0;
}

bool charge_settled(enum charge_state s)
{
	return s == CHARGE_FREE || s == CHARGE_WAIVED || s == CHARGE_PAID;
}

static bool is_dwelling(const char *use)
{
	return (strstr(use, "住宅") && !strstr(use, "非住宅")) || strstr(use, "宅基地");
}

struct charge_facts charge_facts(const struct business *b, const json_t *form, const json_t *rows)
{
	const char *use = json_str(json_object_get(form, "fields"), "use");
	json_t *units = entry_plan_units(form);
	struct charge_facts f = {.pieces = (int64_t)json_array_size(units),
		.dwelling = is_dwelling(*use ? use : facts_unit(rows).use)};
	/* A split lists the new units, a merge makes one; else the others come beside the case's own. */
	if (strcmp(b->entry, "merge") == 0 || f.pieces == 0)
		f.pieces = 1;
	else if (strcmp(b->entry, "split") != 0)
		f.pieces++;
	json_decref(units);
	return f;
}

json_t *charge_lines(const struct fee_line *lines, size_t n, int64_t *sum)
{
	json_t *list = json_array();
	*sum = 0;
	for (size_t i = 0; i < n; i++) {
		const struct fee_line *l = &lines[i];
		*sum += l->amount_cents;
		json_array_append_new(list,
			json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:s,s:I}", "code", l->code, "zh", l->zh,
				"en", l->en, "basis", l->basis, "count", (json_int_t)l->count, "each_cents",
				(json_int_t)l->each_cents, "relief", l->relief, "relief_zh", l->relief_zh,
				"relief_en", l->relief_en, "amount_cents", (json_int_t)l->amount_cents));
	}
	return list;
}

void charge_yuan(int64_t cents, char *out, size_t size)
{
	snprintf(out, size, "%lld.%02lld", (long long)(cents / 100), (long long)(cents % 100));
}
