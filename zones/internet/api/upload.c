/* What of a material stands in a transaction: whether it may come, that it is there already, its row. */
#include "zones/internet/api/upload.h"

#include "common/workflow/correction.h"
#include "zones/internet/store/progress.h"
#include "zones/internet/transfer/added.h"
#include <stdio.h>
#include <string.h>

int upload_own_draft(struct upload *u, struct db_tx *tx, struct application *a)
{
	int rc = application_get(tx, u->id, a);
	if (rc == 0 && strcmp(a->owner, u->who->id) != 0)
		rc = ERR_NOTFOUND;
	return rc == 0 && strcmp(a->state, "draft") != 0 && strcmp(a->state, "correction") != 0 ? ERR_STATE
												: rc;
}

/* In a correction only what is asked for is open. */
int upload_asked_for(struct upload *u, struct db_tx *tx, const struct application *a, const char *code)
{
	char note[601];
	json_t *items = NULL;
	if (!a->round)
		return 0;
	int rc = progress_correction(tx, a->id, &items, note);
	if (rc == 0 && !correction_opens_material(items, code))
		rc = err_set(&u->note, ERR_STATE, "materials.%s: not among the items to correct", code);
	json_decref(items);
	return rc;
}

static const struct business_material *material_of(const struct business *b, const char *code)
{
	return b ? business_material_find(b, code) : NULL;
}

#define ADDED_MAX 20 /* of one application */

/* After the submission and before the entry, by every party; a correction is answered in its own way. */
static int may_add_late(struct upload *u, struct db_tx *tx, struct application *a)
{
	static const char *const open[] = {"submitted", "accepted", "tax", "cadastral", "review"};
	int party;
	int64_t n = 0;
	bool good = false;
	int rc = application_get(tx, u->id, a);
	if (rc == 0)
		rc = api_may_see(u->s, tx, u->who, a, &party);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
		good = good || strcmp(a->state, open[i]) == 0;
	/* The registry has said its number: the case is there. */
	if (!good || !a->number[0])
		return err_set(&u->note, ERR_STATE, "no document can be added while it is %s", a->state);
	rc = added_count(tx, a->id, &n);
	return rc == 0 && n >= ADDED_MAX
		       ? err_set(&u->note, ERR_LIMIT, "at most %d documents are added to one application",
				 ADDED_MAX)
		       : rc;
}

/* What the list does not name is taken by its content and size alone. */
static const struct business_material other_kind = {
	.code = "other", .formats = "pdf jpeg png ofd", .size_max = INT64_C(20) << 20};

/* Nobody fills the disk with what is never handed in. */
static int drafts_check(struct upload *u, struct db_tx *tx, const struct application *a)
{
	int64_t bytes = 0, max = u->p->config->drafts_max;
	if (*a->batch || strcmp(a->state, "draft") != 0)
		return 0;
	int rc = material_drafts(tx, a->owner, &bytes);
	return rc == 0 && bytes + u->size > max ? err_set(&u->note, ERR_LIMIT,
							  "the files of your drafts take more than %lld "
							  "bytes: hand one in, or remove some",
							  (long long)max)
						: rc;
}

/* Own draft, a material of its list, within its size, and not more files than one message carries. */
int upload_may_add(struct db_tx *tx, void *arg)
{
	struct upload *u = arg;
	struct application a;
	struct material beyond;
	int rc = u->late ? may_add_late(u, tx, &a) : upload_own_draft(u, tx, &a);
	if (rc < 0)
		return rc;
	const struct business_material *kind =
		material_of(offer_find(u->p->offer, a.business, a.business_version), u->m.code);
	if (!kind && u->late && strcmp(u->m.code, other_kind.code) == 0)
		kind = &other_kind;
	if (!kind)
		return err_set(&u->note, ERR_SCHEMA, "code: a material that is not on the list");
	if (!u->late && (rc = upload_asked_for(u, tx, &a, kind->code)) < 0)
		return rc;
	u->m.round = a.round;
	if (u->size > kind->size_max)
		return err_set(&u->note, ERR_LIMIT, "%s: larger than %lld bytes", kind->code,
			(long long)kind->size_max);
	if (u->m.media[0] && !business_material_takes(kind, u->m.media))
		return err_set(&u->note, ERR_MEDIA, "%s: one of %s is expected", kind->code, kind->formats);
	if (u->late)
		return 0;
	if ((rc = drafts_check(u, tx, &a)) < 0)
		return rc;
	rc = material_at(tx, u->id, MESSAGE_ATTACHMENTS_MAX - 1, &beyond);
	return rc == ERR_NOTFOUND ? 0
	       : rc == 0          ? err_set(&u->note, ERR_LIMIT, "at most %d files in one application",
					    MESSAGE_ATTACHMENTS_MAX)
				  : rc;
}

int upload_record(struct db_tx *tx, struct upload *u, const char *action, const char *material)
{
	json_t *detail = json_pack("{s:s}", "material", material);
	int rc = detail ? audit_record(tx, u->who->user, action, u->id, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

/* The same file under the same material: its upload was repeated because the answer was lost. */
static int same_find(struct upload *u, struct db_tx *tx)
{
	struct material m;
	int rc = 0;
	for (int64_t n = 0; (rc = material_at(tx, u->id, n, &m)) == 0; n++)
		if (strcmp(m.code, u->m.code) == 0 && strcmp(m.name, u->m.name) == 0 &&
			digest_eq(&m.ref.digest, &u->m.ref.digest)) {
			struct blob_ref mine = u->m.ref;
			u->there = true;
			u->m = m;
			u->m.ref.name = mine.name; /* the new copy, to be dropped */
			return 0;
		}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* The same upload again, whose answer was lost: it was added. */
static int late_same(struct upload *u, struct db_tx *tx)
{
	json_t *rows = NULL, *one;
	char hex[DIGEST_HEX];
	size_t i;
	int rc = added_list(tx, u->id, &rows);
	digest_hex(&u->m.ref.digest, hex);
	json_array_foreach(rows, i, one) if (strcmp(json_str(one, "digest"), hex) == 0 &&
					     strcmp(json_str(one, "code"), u->m.code) == 0 &&
					     !json_is_true(json_object_get(one, "replaced")))
	{
		u->there = true;
		snprintf(u->m.id, sizeof u->m.id, "%s", json_str(one, "id"));
	}
	json_decref(rows);
	return rc;
}

static int late_run(struct upload *u, struct db_tx *tx)
{
	struct added a = {.m = u->m, .note = u->note_text, .replaces = u->replaces, .message = ""};
	json_t *detail = NULL;
	char hex[DIGEST_HEX];
	int rc = late_same(u, tx);
	if (rc < 0 || u->there)
		return rc;
	rc = added_send(u->p, tx, u->id, &a, &u->note);
	if (rc == ERR_NOTFOUND)
		rc = err_set(&u->note, ERR_SCHEMA, "replaces: no added document that stands");
	digest_hex(&u->m.ref.digest, hex);
	if (rc == 0 && !(detail = json_pack("{s:s,s:s,s:s}", "material", u->m.id, "digest", hex, "replaces",
				 u->replaces)))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = audit_record(tx, u->who->user, "material.added", u->id, detail);
	json_decref(detail);
	return rc;
}

int upload_add(struct db_tx *tx, void *arg)
{
	struct upload *u = arg;
	int rc = upload_may_add(tx, u);
	if (rc == 0 && u->late)
		return late_run(u, tx);
	if (rc == 0)
		rc = same_find(u, tx);
	if (rc < 0 || u->there)
		return rc;
	rc = material_add(tx, u->id, &u->m);
	return rc == 0 ? upload_record(tx, u, "material.add", u->m.id) : rc;
}
