#include "burner/ferry/ferry.h"
#include "burner/ferry/stage_build.h"
#include "burner/ferry/stage_number.h"
#include "burner/ferry/stage_spool.h"

#include "common/os/file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The discs of a set are built in tmp/DISC and become discs together (ledger_commit). Only then the bundles
 * leave the spool: one that stays behind after a crash is carried once more by the next disc, which is
 * nothing to its receiver. */

static int intent(struct ledger *l, const struct disc *d, const struct ferry_order *o, struct err_note *note)
{
	return ledger_audit(l, "disc.stage", d->id,
		json_pack("{s:s,s:I,s:s,s:s,s:o,s:s}", "by", o->by, "bundles", (json_int_t)d->n, "mark",
			disc_mark_name(d->mark), "reason", o->reason, "set", disc_set_json(d), "use", o->use),
		note);
}

/* One disc after the other, each the successor of the one before. `d` is what all have in common. */
static int discs_build(struct ledger *l, const struct stage_spool *s, const struct ferry_order *o,
	struct disc *d, int64_t n, char (*ids)[DISC_ID], struct err_note *note)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < s->nparts; i++) {
		struct digest identity;
		d->files = s->v + s->parts[i].from;
		d->n = s->parts[i].n;
		d->set_n = (int)i + 1;
		rc = intent(l, d, o, note);
		if (rc == 0)
			rc = stage_build(l, s->fd, d, o, n + (int64_t)i, &identity, note);
		memcpy(ids[i], d->id, DISC_ID);
		if (rc == 0 && i + 1 < s->nparts) {
			d->prev = identity;
			rc = disc_id_step(ids[i], 1, d->id);
		}
	}
	d->files = NULL;
	d->n = 0;
	return rc;
}

static int results(struct ledger *l, const struct stage_spool *s, const char (*ids)[DISC_ID], json_t **out,
	struct err_note *note)
{
	json_t *discs = json_array();
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < s->nparts; i++) {
		int64_t size = 0;
		for (size_t k = 0; k < s->parts[i].n; k++)
			size += s->v[s->parts[i].from + k].size;
		rc = ledger_audit(
			l, "disc.staged", ids[i], json_pack("{s:I}", "size", (json_int_t)size), note);
		json_array_append_new(discs, json_string(ids[i]));
	}
	if (rc == 0 && !(*out = json_pack("{s:s,s:O,s:I,s:I}", "disc", ids[0], "discs", discs, "bundles",
				 (json_int_t)s->n, "left", (json_int_t)s->left)))
		rc = ERR_NOMEM;
	json_decref(discs);
	return rc;
}

static int stage(struct ledger *l, struct stage_spool *s, const struct ferry_order *o, json_t **out,
	struct err_note *note)
{
	struct disc d = {.suite = o->suite, .mark = o->mark};
	char ids[DISC_SET_MAX][DISC_ID];
	int64_t n = 0;
	int rc = stage_spool_split(s, o->medium, note);
	d.set_of = (int)s->nparts;
	(void)snprintf(d.use, sizeof d.use, "%s", o->use);
	if (rc == 0)
		rc = stage_number(l, &d, &n, note);
	if (rc == 0)
		rc = discs_build(l, s, o, &d, n, ids, note);
	/* The one moment at which they begin to exist. */
	if (rc == 0)
		rc = ledger_commit(l, (const char(*)[DISC_ID])ids, s->nparts, note);
	if (rc == 0)
		rc = stage_spool_clear(s, note);
	if (rc == 0)
		rc = results(l, s, (const char(*)[DISC_ID])ids, out, note);
	disc_fini(&d);
	return rc;
}

int ferry_stage(struct ledger *l, const struct ferry_order *o, json_t **out, struct err_note *note)
{
	struct stage_spool s = {.v = NULL};
	if (!disc_use_ok(o->use))
		return err_set(note, ERR_SCHEMA, "--use: what the disc is for is wanted");
	int fd = -1, rc = file_open_dir(o->from, &fd);
	if (rc < 0)
		return err_set(note, rc, "%.150s: cannot be opened", o->from);
	if ((rc = stage_build_clear(l)) < 0)
		rc = err_set(note, rc, "ledger: tmp cannot be cleared");
	if (rc == 0)
		rc = stage_spool_read(fd, &s, note);
	if (rc == 0)
		rc = stage(l, &s, o, out, note);
	stage_spool_fini(&s);
	close(fd);
	return rc;
}
