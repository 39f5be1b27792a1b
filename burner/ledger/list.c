/* What stands in a ledger, all together. */
#include "burner/ledger/blank.h"

#include "burner/ledger/ledger.h"
#include "burner/ledger/policy.h"
#include "burner/ledger/revoked.h"
#include "common/base/room.h"
#include "common/os/listing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rows {
	json_t **v;
	size_t n, cap;
};

static int rows_add(struct rows *r, json_t *record)
{
	int rc = ROOM(r->v, r->n, r->cap);
	if (rc == 0)
		r->v[r->n++] = record;
	else
		json_decref(record);
	return rc;
}

static int read_side(const struct ledger *l, enum ledger_side side, struct rows *rows, struct err_note *note)
{
	struct listing files;
	int rc = 0, listed = listing_open(ledger_dir(l, side), ".", &files);
	for (const struct dirent *e; rc == 0 && (e = listing_next(&files));) {
		char id[DISC_ID];
		json_t *record = NULL;
		snprintf(id, sizeof id, "%.15s", e->d_name);
		if (!disc_id_ok(id) || (e->d_name[15] && strcmp(e->d_name + 15, ".json") != 0))
			continue;
		rc = ledger_read(l, side, id, &record, note);
		if (rc == 0)
			rc = rows_add(rows, record);
	}
	listed = listing_close(&files, listed);
	return rc < 0 || listed == 0 ? rc : err_set(note, listed, "ledger: cannot be listed");
}

/* Where sectors are bad is told with the disc, not with all of them. */
static int row_add(json_t *rows, json_t *record)
{
	json_t *sectors = json_object_get(record, "sectors");
	if (sectors)
		(void)json_object_del(sectors, "map");
	return json_array_append(rows, record);
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
			rc = json_object_set_new(known, json_str(v, "identity"), json_true());
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

/* Discs of the other side that never come: an imported one told that they are void. */
static json_t *voided_of(const struct rows *in)
{
	json_t *out = json_array(), *seen = json_object();
	for (size_t i = 0; out && seen && i < in->n; i++) {
		size_t k;
		json_t *v;
		json_array_foreach(json_object_get(in->v[i], "void"), k, v)
		{
			const char *id = json_str(v, "identity");
			if (json_object_get(seen, id))
				continue;
			json_object_set_new(seen, id, json_true());
			json_array_append_new(
				out, json_pack("{s:s,s:s,s:s}", "by", json_str(in->v[i], "disc"), "disc",
					     json_str(v, "disc"), "identity", id));
		}
	}
	json_decref(seen);
	return out;
}

/* Did an imported disc tell that this one is void? */
static bool told_void(const struct rows *in, const char *disc)
{
	for (size_t i = 0; i < in->n; i++) {
		size_t k;
		json_t *v;
		json_array_foreach(json_object_get(in->v[i], "void"), k, v)
		{
			if (strcmp(json_str(v, "disc"), disc) == 0)
				return true;
		}
	}
	return false;
}

/* Those of the set that neither came nor are void. */
static json_t *set_absent(const struct rows *in, const char *first, int of)
{
	bool here[DISC_SET_MAX + 1] = {false};
	json_t *absent = json_array();
	for (size_t i = 0; i < in->n; i++) {
		const json_t *set = json_object_get(in->v[i], "set");
		int64_t n = json_int(set, "n");
		if (strcmp(json_str(set, "first"), first) == 0 && n >= 1 && n <= DISC_SET_MAX)
			here[n] = true;
	}
	for (int n = 1; absent && n <= of && n <= DISC_SET_MAX; n++) {
		char id[DISC_ID];
		if (!here[n] && disc_id_step(first, n - 1, id) == 0 && !told_void(in, id))
			json_array_append_new(absent, json_string(id));
	}
	return absent;
}

/* Sets of which some discs came, and others did not: each told at its earliest disc that is here. */
static json_t *sets_of(const struct rows *in)
{
	json_t *out = json_array(), *seen = json_object();
	for (size_t i = 0; out && seen && i < in->n; i++) {
		const json_t *set = json_object_get(in->v[i], "set");
		const char *first = json_str(set, "first");
		int of = (int)json_int(set, "of");
		if (of < 2 || json_object_get(seen, first))
			continue;
		json_object_set_new(seen, first, json_true());
		json_t *absent = set_absent(in, first, of);
		if (json_array_size(absent))
			json_array_append_new(
				out, json_pack("{s:O,s:s,s:i}", "absent", absent, "first", first, "of", of));
		json_decref(absent);
	}
	json_decref(seen);
	return out;
}

int ledger_list(const struct ledger *l, json_t **out, struct err_note *note)
{
	struct rows own = {0}, in = {0};
	json_t *rows = json_array(), *missing = NULL, *blanks = NULL, *refused = NULL, *sets = NULL,
	       *revoked = NULL, *voided = NULL;
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
	if (rc == 0)
		sets = sets_of(&in);
	if (rc == 0)
		voided = voided_of(&in);
	for (size_t i = 0; rc == 0 && rows && i < own.n; i++)
		rc = row_add(rows, own.v[i]) < 0 ? ERR_NOMEM : 0;
	for (size_t i = 0; rc == 0 && rows && i < in.n; i++)
		rc = row_add(rows, in.v[i]) < 0 ? ERR_NOMEM : 0;
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
	if (rc == 0)
		rc = revoked_list(l, &revoked, note);
	if (rc == 0 && !(*out = json_pack("{s:O,s:O,s:O,s:O,s:O,s:O,s:O,s:o}", "rows", rows, "missing",
				 missing, "sets", sets, "voided", voided, "blanks", blanks, "refused",
				 refused, "revoked", revoked, "policy", policy_json(&policy))))
		rc = ERR_NOMEM;
	json_decref(rows);
	json_decref(missing);
	json_decref(blanks);
	json_decref(refused);
	json_decref(sets);
	json_decref(voided);
	json_decref(revoked);
	return rc;
}
