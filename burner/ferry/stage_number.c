#include "burner/ferry/stage_number.h"

#include "burner/ledger/policy.h"
#include "burner/ledger/revoked.h"
#include "burner/ledger/spent.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of very many the newest are told. */
static int void_add(struct disc *d, const json_t *row, const struct digest *identity)
{
	if (!record_was(row, "void"))
		return 0;
	if (!d->voids && !(d->voids = calloc(DISC_VOIDS_MAX, sizeof *d->voids)))
		return ERR_NOMEM;
	if (d->nvoids == DISC_VOIDS_MAX)
		memmove(d->voids, d->voids + 1, --d->nvoids * sizeof *d->voids);
	struct disc_void *v = &d->voids[d->nvoids++];
	(void)snprintf(v->id, sizeof v->id, "%s", json_str(row, "disc"));
	v->identity = *identity;
	return 0;
}

/* What is there of this side: the newest number and its identity, and its place. Numbers only grow. */
static int follow(
	struct disc *d, const json_t *row, char newest[static DISC_ID], int64_t *n, struct err_note *note)
{
	const char *id = json_str(row, "disc");
	if (!record_was(row, "staged"))
		return 0;
	if (strcmp(id, newest) > 0)
		(void)snprintf(newest, DISC_ID, "%s", id);
	*n = json_int(row, "n") + 1;
	if (digest_parse(json_str(row, "digest"), &d->prev) < 0)
		return err_set(note, ERR_DIGEST, "record of disc %s", id);
	return void_add(d, row, &d->prev);
}

/* The next one of today; of the newest one's day when the clock went back since. */
static int number(const char *newest, int64_t now, struct disc *d, struct err_note *note)
{
	char date[11], first[DISC_ID], last[DISC_ID];
	time_date_cst(now, date);
	(void)snprintf(first, sizeof first, "D-%.4s%.2s%.2s-0001", date, date + 5, date + 8);
	int rc = 0;
	if (strncmp(newest, first, 11) >= 0)
		rc = disc_id_step(newest, 1, d->id);
	else
		memcpy(d->id, first, sizeof first);
	return rc < 0 || disc_id_step(d->id, d->set_of - 1, last) < 0
		       ? err_set(note, ERR_LIMIT, "9999 discs on one day")
		       : 0;
}

static int revoked_copy(const struct ledger *l, struct disc *d, struct err_note *note)
{
	struct revoked r = {.v = NULL};
	int rc = revoked_read(l, &r, note);
	if (rc == 0) {
		d->revoked = r.v;
		d->nrevoked = r.n;
	}
	return rc;
}

int stage_number(const struct ledger *l, struct disc *d, int64_t *n, struct err_note *note)
{
	json_t *list = NULL, *row;
	char newest[DISC_ID] = "";
	size_t i;
	struct policy policy;
	int64_t now = time_now_ms();
	int rc = ledger_list(l, &list, note);
	if (rc == 0)
		rc = policy_read(l, &policy, note);
	if (rc == 0)
		d->policy = policy.version;
	time_text(now, d->created);
	*n = 1;
	json_array_foreach(json_object_get(list, "rows"), i, row)
	{
		if (rc == 0)
			rc = follow(d, row, newest, n, note);
	}
	if (rc == 0)
		rc = spent_collect(list, d);
	json_decref(list);
	if (rc == 0)
		rc = revoked_copy(l, d, note);
	return rc < 0 ? rc : number(newest, now, d, note);
}
