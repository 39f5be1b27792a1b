#include "burner/ledger/spent.h"

#include "burner/ledger/blank.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct found {
	struct disc_blank blank;
	const char *at;
};

static bool is_void(const json_t *rows, const char *disc)
{
	size_t i;
	json_t *row;
	json_array_foreach(rows, i, row)
	{
		if (strcmp(json_str(row, "disc"), disc) == 0 && record_was(row, "staged"))
			return record_was(row, "void");
	}
	return false;
}

/* Is it spent, and does the other side not know from itself? */
static bool spent(const json_t *rows, const json_t *blank, struct found *f)
{
	const char *state = json_str(blank, "state"), *disc = "";
	const json_t *steps = json_object_get(blank, "steps");
	if (strcmp(state, json_str(blank, "told")) == 0)
		return false;
	if (strcmp(state, "used") == 0)
		disc = json_str(blank, "disc");
	else if (strcmp(state, "scrap") != 0)
		return false;
	if (*disc && !is_void(rows, disc))
		return false;
	(void)snprintf(f->blank.serial, sizeof f->blank.serial, "%s", json_str(blank, "serial"));
	(void)snprintf(f->blank.disc, sizeof f->blank.disc, "%s", disc);
	f->at = json_str(json_array_get(steps, json_array_size(steps) - 1), "at");
	return true;
}

static int newest_first(const void *a, const void *b)
{
	return strcmp(((const struct found *)b)->at, ((const struct found *)a)->at);
}

static int by_serial(const void *a, const void *b)
{
	return strcmp(((const struct disc_blank *)a)->serial, ((const struct disc_blank *)b)->serial);
}

int spent_collect(const json_t *list, struct disc *d)
{
	const json_t *blanks = json_object_get(list, "blanks"), *blank;
	struct found *v = calloc(json_array_size(blanks) + 1, sizeof *v);
	size_t n = 0, i;
	if (!v || !(d->blanks = calloc(DISC_BLANKS_MAX, sizeof *d->blanks))) {
		free(v);
		return ERR_NOMEM;
	}
	json_array_foreach(blanks, i, blank)
	{
		if (spent(json_object_get(list, "rows"), blank, &v[n]))
			n++;
	}
	if (n > DISC_BLANKS_MAX)
		qsort(v, n, sizeof *v, newest_first);
	for (d->nblanks = 0; d->nblanks < n && d->nblanks < DISC_BLANKS_MAX; d->nblanks++)
		d->blanks[d->nblanks] = v[d->nblanks].blank;
	qsort(d->blanks, d->nblanks, sizeof *d->blanks, by_serial);
	free(v);
	return 0;
}

int spent_take(struct ledger *l, const struct disc *d, const char *by, struct err_note *note)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < d->nblanks; i++) {
		const struct disc_blank *b = &d->blanks[i];
		char why[80];
		(void)snprintf(why, sizeof why, "%s%s%s", *b->disc ? b->disc : "",
			*b->disc ? " void, told by " : "told by ", d->id);
		rc = blank_spend(l, b->serial, *b->disc ? "void" : "scrap", by, why, note);
	}
	return rc;
}
