#include "burner/ledger/blank.h"
#include "burner/ledger/custody.h"
#include "burner/ledger/ledger.h"
#include "burner/ledger/policy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

json_t *record_new(const struct disc *d, const struct digest *identity, const char *state, const char *by,
	const char *reason, int64_t n)
{
	char hex[DIGEST_HEX], prev[DIGEST_HEX];
	json_t *voids = json_array();
	for (size_t i = 0; i < d->nvoids; i++) {
		digest_hex(&d->voids[i], hex);
		json_array_append_new(voids, json_string(hex));
	}
	digest_hex(identity, hex);
	digest_hex(&d->prev, prev);
	json_t *r = json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:I,s:s,s:I,s:o,s:[],s:[]}", "disc", d->id,
		"state", state, "created", d->created, "reason", reason, "bundles", (json_int_t)d->n, "size",
		(json_int_t)disc_size(d), "digest", hex, "prev", prev, "n", (json_int_t)n, "mark",
		disc_mark_name(d->mark), "policy", (json_int_t)d->policy, "void", voids, "approvals",
		"steps");
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

struct rows {
	json_t **v;
	size_t n, cap;
};

static int rows_add(struct rows *r, json_t *record)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 64;
		json_t **v = realloc(r->v, cap * sizeof(json_t *));
		if (!v) {
			json_decref(record);
			return ERR_NOMEM;
		}
		r->v = v;
		r->cap = cap;
	}
	r->v[r->n++] = record;
	return 0;
}

static int read_side(const struct ledger *l, enum ledger_side side, struct rows *rows, struct err_note *note)
{
	int fd = openat(ledger_dir(l, side), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d) {
		rc = err_set(note, err_from_errno(errno), "ledger: cannot be listed");
		if (fd >= 0)
			close(fd);
		return rc;
	}
	for (struct dirent *e; rc == 0 && (e = readdir(d));) {
		char id[DISC_ID];
		json_t *record = NULL;
		snprintf(id, sizeof id, "%.15s", e->d_name);
		if (!disc_id_ok(id) || (e->d_name[15] && strcmp(e->d_name + 15, ".json") != 0))
			continue;
		rc = ledger_read(l, side, id, &record, note);
		if (rc == 0)
			rc = rows_add(rows, record);
	}
	closedir(d);
	return rc;
}

static int by_count(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int64_t m = json_int(x, "n"), n = json_int(y, "n");
	return m != n ? (m < n ? -1 : 1) : strcmp(json_str(x, "disc"), json_str(y, "disc"));
}

/* Identities that need not come: imported ones, and those that a later disc calls void. */
static int known_add(json_t *known, const json_t *record)
{
	size_t i;
	json_t *v;
	int rc = json_object_set_new(known, json_str(record, "digest"), json_true());
	json_array_foreach(json_object_get(record, "void"), i, v)
	{
		if (rc == 0)
			rc = json_object_set_new(known, json_string_value(v), json_true());
	}
	return rc;
}

/* Predecessors named by imported discs that were not imported themselves. */
static json_t *missing_of(const struct rows *in)
{
	static const char first[] = "0000000000000000000000000000000000000000000000000000000000000000";
	json_t *out = json_array(), *known = json_object();
	int rc = out && known ? 0 : -1;
	for (size_t i = 0; rc == 0 && i < in->n; i++)
		rc = known_add(known, in->v[i]);
	for (size_t i = 0; rc == 0 && i < in->n; i++) {
		const char *prev = json_str(in->v[i], "prev");
		if (*prev && strcmp(prev, first) != 0 && !json_object_get(known, prev))
			rc = json_array_append_new(out, json_pack("{s:s,s:s}", "identity", prev, "before",
								json_str(in->v[i], "disc")));
	}
	json_decref(known);
	if (rc < 0) {
		json_decref(out);
		out = NULL;
	}
	return out;
}

int ledger_list(const struct ledger *l, json_t **out, struct err_note *note)
{
	struct rows own = {0}, in = {0};
	json_t *rows = json_array(), *missing = NULL, *blanks = NULL, *refused = NULL;
	struct policy policy;
	int rc = read_side(l, LEDGER_OUT, &own, note);
	if (rc == 0)
		rc = read_side(l, LEDGER_IN, &in, note);
	if (own.n)
		qsort(own.v, own.n, sizeof *own.v, by_count);
	if (in.n)
		qsort(in.v, in.n, sizeof *in.v, by_count);
	if (rc == 0)
		missing = missing_of(&in);
	for (size_t i = 0; rows && i < own.n; i++)
		json_array_append(rows, own.v[i]);
	for (size_t i = 0; rows && i < in.n; i++)
		json_array_append(rows, in.v[i]);
	for (size_t i = 0; i < own.n; i++)
		json_decref(own.v[i]);
	for (size_t i = 0; i < in.n; i++)
		json_decref(in.v[i]);
	free(own.v);
	free(in.v);
	if (rc == 0)
		rc = blank_list(l, &blanks, note);
	if (rc == 0)
		rc = ledger_refused(l, &refused, note);
	if (rc == 0)
		rc = policy_read(l, &policy, note);
	if (rc == 0 && !(*out = json_pack("{s:O,s:O,s:O,s:O,s:o}", "rows", rows, "missing", missing, "blanks",
				 blanks, "refused", refused, "policy", policy_json(&policy))))
		rc = ERR_NOMEM;
	json_decref(rows);
	json_decref(missing);
	json_decref(blanks);
	json_decref(refused);
	return rc;
}
