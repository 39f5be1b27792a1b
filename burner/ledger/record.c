#include "burner/ledger/custody.h"
#include "burner/ledger/ledger.h"

#include <string.h>

json_t *record_new(const struct disc *d, const struct digest *identity, const char *state, const char *by,
	const char *reason, int64_t n)
{
	char hex[DIGEST_HEX], prev[DIGEST_HEX];
	digest_hex(identity, hex);
	digest_hex(&d->prev, prev);
	json_t *r = json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:I,s:s,s:s,s:I,s:o,s:o,s:[],s:[]}", "disc",
		d->id, "state", state, "created", d->created, "reason", reason, "bundles", (json_int_t)d->n,
		"size", (json_int_t)disc_size(d), "digest", hex, "prev", prev, "n", (json_int_t)n, "mark",
		disc_mark_name(d->mark), "use", d->use, "policy", (json_int_t)d->policy, "set",
		disc_set_json(d), "void", disc_voids_json(d), "approvals", "steps");
	if (r && record_note(r, state, by, "") < 0) {
		json_decref(r);
		return NULL;
	}
	return r;
}

int record_note(json_t *record, const char *state, const char *by, const char *text)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	json_t *step = json_pack("{s:s,s:s,s:s,s:s}", "state", state, "at", at, "by", by, "note", text);
	if (!step || json_array_append_new(json_object_get(record, "steps"), step) < 0 ||
		json_object_set_new(record, "state", json_string(state)) < 0)
		return ERR_NOMEM;
	return 0;
}

int record_step(json_t *record, bool arrived, const char *state, const char *by, const char *text,
	struct err_note *note)
{
	const char *now = json_str(record, "state");
	if (!custody_may(arrived, now, state))
		return err_set(note, ERR_STATE, "disc %s is %s: it cannot become %s",
			json_str(record, "disc"), now, state);
	return record_note(record, state, by, text);
}

bool record_was(const json_t *record, const char *state)
{
	size_t i;
	json_t *step;
	json_array_foreach(json_object_get(record, "steps"), i, step)
	{
		if (strcmp(json_str(step, "state"), state) == 0)
			return true;
	}
	return false;
}
