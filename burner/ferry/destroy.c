/* 销毁 by two persons: each signs the same statement with the own key, and the record keeps both signatures.
 */
#include "burner/ferry/ferry.h"
#include "burner/ferry/signature.h"
#include "burner/ledger/custody.h"

#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STATEMENT_MAX 4096
#define PERSONS 2

struct ending {
	enum ledger_side side;
	json_t *record;
	struct disc disc; /* of this side: its bundles; else empty */
	struct buf statement;
	struct approvals signatures;
};

static int record_find(const struct ledger *l, const char *disc, struct ending *e, struct err_note *note)
{
	e->side = LEDGER_IN;
	int rc = ledger_read(l, LEDGER_IN, disc, &e->record, note);
	if (rc == ERR_NOTFOUND) {
		e->side = LEDGER_OUT;
		rc = ledger_read(l, LEDGER_OUT, disc, &e->record, note);
	}
	if (rc == 0 && !custody_may(e->side == LEDGER_IN, json_str(e->record, "state"), "destroyed"))
		rc = err_set(note, ERR_STATE, "disc %s is %s: it cannot be destroyed now", disc,
			json_str(e->record, "state"));
	return rc;
}

static int text_of(const json_t *o, const char *key, size_t max, struct buf *out)
{
	buf_init(out, max);
	return b64_parse(view_str(json_str(o, key)), out);
}

/* What the first person signed, out of the record. */
static int signatures_load(struct ending *e, struct err_note *note)
{
	const json_t *d = json_object_get(e->record, "destruction");
	size_t i;
	json_t *v;
	int rc = 0;
	json_array_foreach(json_object_get(d, "signatures"), i, v)
	{
		struct buf sig, pem;
		if (rc == 0)
			rc = text_of(v, "sig", APPROVAL_SIG_MAX, &sig);
		else
			break;
		int rc2 = text_of(v, "pem", APPROVAL_PEM_MAX, &pem);
		if (rc == 0)
			rc = rc2;
		if (rc == 0)
			rc = approvals_put(&e->signatures, buf_view(&sig), buf_view(&pem), note);
		buf_fini(&sig);
		buf_fini(&pem);
	}
	return rc < 0 ? err_set(note, rc, "disc %s: signatures over its destruction",
				json_str(e->record, "disc"))
		      : 0;
}

/* The first person says how; the second signs the same. */
static int statement_make(struct ending *e, const char *how)
{
	json_t *d = json_object_get(e->record, "destruction");
	json_t *o = json_pack("{s:s,s:s,s:s,s:s}", "act", "destroy", "digest", json_str(e->record, "digest"),
		"disc", json_str(e->record, "disc"), "how", d ? json_str(d, "how") : how);
	int rc = o ? json_canon(o, &e->statement) : ERR_NOMEM;
	json_decref(o);
	if (rc == 0 && !d)
		rc = json_object_set_new(
			     e->record, "destruction", json_pack("{s:s,s:[]}", "how", how, "signatures")) < 0
			     ? ERR_NOMEM
			     : 0;
	return rc;
}

/* The copies of the bundles on the side where the disc was made; what is gone is gone. */
static int bundles_drop(const struct ledger *l, const struct ending *e, struct err_note *note)
{
	char path[64];
	const char *disc = json_str(e->record, "disc");
	struct buf manifest;
	struct disc d = {.n = 0};
	snprintf(path, sizeof path, "%s/disc.json", disc);
	buf_init(&manifest, DISC_MANIFEST_MAX);
	int rc = file_read(ledger_dir(l, LEDGER_OUT), path, DISC_MANIFEST_MAX, &manifest);
	if (rc == 0)
		rc = disc_decode(buf_view(&manifest), &d, note);
	snprintf(path, sizeof path, "%s/bundles", disc);
	int dir = rc < 0 ? -1 : openat(ledger_dir(l, LEDGER_OUT), path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; rc == 0 && dir >= 0 && i < d.n; i++)
		if ((rc = file_unlink(dir, d.files[i].name, "destroy.bundle")) == ERR_NOTFOUND)
			rc = 0;
	if (rc == 0 && dir >= 0)
		rc = file_fsync_dir(dir, "destroy.bundles");
	if (dir >= 0)
		close(dir);
	disc_fini(&d);
	buf_fini(&manifest);
	return rc < 0 ? err_set(note, rc, "disc %s: its bundles cannot be removed", disc) : 0;
}

static int carry_out(struct ledger *l, struct ending *e, const struct sign_key *k, struct err_note *note)
{
	const char *disc = json_str(e->record, "disc"), *who = sign_key_subject(k);
	bool last = e->signatures.n == PERSONS;
	int rc = ledger_audit(l, "disc.destroy", disc,
		json_pack("{s:s,s:s,s:s}", "how", json_str(json_object_get(e->record, "destruction"), "how"),
			"key", sign_key_id(k), "who", who),
		note);
	if (rc == 0)
		rc = signature_keep(&e->signatures,
			json_object_get(json_object_get(e->record, "destruction"), "signatures"));
	if (rc == 0 && last)
		rc = record_step(e->record, e->side == LEDGER_IN, "destroyed", who,
			json_str(json_object_get(e->record, "destruction"), "how"), note);
	if (rc == 0 && last && e->side == LEDGER_OUT)
		rc = bundles_drop(l, e, note);
	if (rc == 0)
		rc = ledger_write(l, e->side, disc, e->record, note);
	return rc < 0 ? rc
		      : ledger_audit(l, last ? "disc.destroyed" : "disc.destroy-signed", disc,
				json_pack("{s:i}", "signatures", (int)e->signatures.n), note);
}

int ferry_destroy(struct ledger *l, const char *disc, const char *how, const struct sign_key *k, json_t **out,
	struct err_note *note)
{
	struct ending e = {.record = NULL};
	buf_init(&e.statement, STATEMENT_MAX);
	int rc = record_find(l, disc, &e, note);
	if (rc == 0)
		rc = signatures_load(&e, note);
	if (rc == 0)
		rc = statement_make(&e, how);
	if (rc == 0)
		rc = signature_add(l, &e.signatures, buf_view(&e.statement), k, note);
	if (rc == 0)
		rc = carry_out(l, &e, k, note);
	if (rc == 0 && !(*out = json_pack("{s:s,s:s,s:i}", "disc", disc, "state", json_str(e.record, "state"),
				 "signatures", (int)e.signatures.n)))
		rc = ERR_NOMEM;
	json_decref(e.record);
	approvals_fini(&e.signatures);
	buf_fini(&e.statement);
	return rc;
}
