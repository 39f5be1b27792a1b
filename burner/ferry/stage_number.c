#include "burner/ferry/stage_number.h"

#include "burner/ledger/policy.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct digest));
}

/* Only what was burnt can turn up. Of very many the newest are told. */
static int void_add(struct disc *d, const json_t *row, const struct digest *identity)
{
	if (!record_was(row, "void") || !record_was(row, "burnt"))
		return 0;
	if (!d->voids && !(d->voids = calloc(DISC_VOIDS_MAX, sizeof *d->voids)))
		return ERR_NOMEM;
	if (d->nvoids == DISC_VOIDS_MAX)
		memmove(d->voids, d->voids + 1, --d->nvoids * sizeof *d->voids);
	d->voids[d->nvoids++] = *identity;
	return 0;
}

static int follow(struct disc *d, const json_t *row, int *serial, int64_t *n, struct err_note *note)
{
	const char *id = json_str(row, "disc");
	if (!record_was(row, "staged"))
		return 0;
	if (strncmp(id, d->id, 11) == 0 && atoi(id + 11) > *serial)
		*serial = atoi(id + 11);
	*n = json_int(row, "n") + 1;
	if (digest_parse(json_str(row, "digest"), &d->prev) < 0)
		return err_set(note, ERR_DIGEST, "record of disc %s", id);
	return void_add(d, row, &d->prev);
}

int stage_number(const struct ledger *l, struct disc *d, int64_t *n, struct err_note *note)
{
	json_t *list = NULL, *row;
	char date[11];
	int serial = 0;
	size_t i;
	struct policy policy;
	int64_t now = time_now_ms();
	int rc = ledger_list(l, &list, note);
	if (rc == 0)
		rc = policy_read(l, &policy, note);
	if (rc == 0)
		d->policy = policy.version;
	time_date_cst(now, date);
	time_text(now, d->created);
	snprintf(d->id, sizeof d->id, "D-%.4s%.2s%.2s-", date, date + 5, date + 8);
	*n = 1;
	json_array_foreach(json_object_get(list, "rows"), i, row)
	{
		if (rc == 0)
			rc = follow(d, row, &serial, n, note);
	}
	json_decref(list);
	if (d->nvoids)
		qsort(d->voids, d->nvoids, sizeof *d->voids, by_bytes);
	if (rc == 0 && serial == 9999)
		rc = err_set(note, ERR_LIMIT, "9999 discs on one day");
	snprintf(d->id + 11, sizeof d->id - 11, "%04d", (serial + 1) % 10000);
	return rc;
}
