#include "common/audit/audit_proof.h"

#include "common/audit/audit_folder.h"
#include "common/audit/merkle.h"
#include <stdlib.h>
#include <string.h>

#define PEM_MAX 65536

/* ---- making */

static json_t *hashes_json(const struct digest *h, size_t n)
{
	json_t *list = json_array();
	char hex[DIGEST_HEX];
	for (size_t i = 0; i < n; i++) {
		digest_hex(&h[i], hex);
		json_array_append_new(list, json_string(hex));
	}
	return list;
}

static json_t *text_json(struct view v)
{
	return json_stringn((const char *)v.p, v.n);
}

/* What every proof has; `o` gets the rest. */
static int proof_write(struct audit_view *v, const char *kind, const struct digest *path, size_t n, json_t *o,
	struct buf *out)
{
	struct buf pem;
	buf_init(&pem, PEM_MAX);
	int rc = audit_view_signer(v, &pem);
	if (rc == 0 && !o)
		rc = ERR_NOMEM;
	if (rc == 0) {
		json_object_set_new(o, "format", json_integer(1));
		json_object_set_new(o, "kind", json_string(kind));
		json_object_set_new(o, "path", hashes_json(path, n));
		json_object_set_new(o, "checkpoint", text_json(audit_view_checkpoint(v)));
		json_object_set_new(o, "signer", text_json(buf_view(&pem)));
		rc = json_canon(o, out);
	}
	buf_fini(&pem);
	json_decref(o);
	return rc;
}

int audit_proof_entry(struct audit_view *v, int64_t index, struct view entry, struct buf *out)
{
	struct digest path[MERKLE_PATH_MAX];
	size_t n = 0;
	if (!audit_view_signed(v))
		return ERR_STATE;
	int rc = audit_view_path(v, index, path, &n);
	if (rc < 0)
		return rc;
	json_t *o = json_pack("{s:I,s:o}", "index", (json_int_t)index, "entry", text_json(entry));
	return proof_write(v, "entry", path, n, o, out);
}

int audit_proof_consistency(struct audit_view *v, struct view earlier, struct buf *out, struct err_note *note)
{
	struct digest path[MERKLE_PATH_MAX + 1], root;
	struct audit_note was;
	struct buf pem;
	size_t n = 0;
	if (!audit_view_signed(v))
		return err_set(note, ERR_STATE, "this log has no checkpoints");
	int rc = audit_note_parse(earlier, &was, note);
	if (rc == 0 && strcmp(was.origin, audit_view_origin(v)) != 0)
		rc = err_set(
			note, ERR_DIGEST, "a checkpoint of %s, not of %s", was.origin, audit_view_origin(v));
	if (rc < 0)
		return rc;
	rc = audit_view_consistency(v, was.size, &root, path, &n);
	if (rc == ERR_RANGE)
		return err_set(note, ERR_RANGE, "the checkpoint names %lld entries, the log has %lld",
			(long long)was.size, (long long)audit_view_size(v));
	if (rc == 0 && !digest_eq(&root, &was.root))
		rc = err_set(note, ERR_DIGEST, "the first %lld entries are not those of the checkpoint",
			(long long)was.size);
	buf_init(&pem, PEM_MAX);
	if (rc == 0 && (rc = audit_view_signer_of(v, was.key, &pem)) < 0)
		err_set(note, rc, "the certificate of key %s is not with the log", was.key);
	if (rc == 0)
		rc = proof_write(v, "consistency", path, n,
			json_pack("{s:o,s:o}", "earlier", text_json(earlier), "earlier_signer",
				text_json(buf_view(&pem))),
			out);
	buf_fini(&pem);
	return rc;
}

/* ---- checking */

static int hashes_parse(const json_t *o, struct digest *out, size_t max, size_t *n, struct err_note *note)
{
	json_t *list = NULL, *h;
	size_t i;
	int rc = json_get_arr(o, "path", max, &list, note);
	if (rc < 0)
		return rc;
	json_array_foreach(list, i, h) if (!json_is_string(h) || digest_parse(json_string_value(h), &out[i]) <
									 0) return err_set(note, ERR_SCHEMA,
		"path[%zu]: not a hash", i);
	*n = json_array_size(list);
	return 0;
}

#define UNJUDGED (-1)

/* A checkpoint and the certificate of who signed it, whose key must have been good at that time (0: still,
 * UNJUDGED: whenever). */
static int checkpoint_check(const json_t *o, const char *key, const char *signer, const struct trust *t,
	int64_t at_ms, struct audit_note *out, const struct suite **suite, struct err_note *note)
{
	const char *text = NULL, *pem = NULL;
	struct cert *c = NULL;
	int rc = json_get_str(o, key, AUDIT_NOTE_MAX, &text, note);
	if (rc == 0)
		rc = json_get_str(o, signer, PEM_MAX, &pem, note);
	if (rc == 0)
		rc = cert_check(t, view_str(pem), CERT_SIGN, 0, &c, note);
	if (rc == 0)
		rc = audit_note_check(view_str(text), c, out, note);
	if (rc == 0 && at_ms != UNJUDGED)
		rc = trust_judge_at(t, c, at_ms, note);
	if (rc == 0)
		*suite = cert_suite(c);
	cert_free(c);
	return rc;
}

/* The checkpoint over it is not older; 0 when it tells none. */
static int64_t at_of(const char *entry)
{
	int64_t at = 0;
	return audit_folder_entry_at(view_str(entry), &at) == 0 ? at : 0;
}

static int entry_check(const json_t *o, const struct trust *t, struct audit_proof *out, struct err_note *note)
{
	static const char *const keys[] = {
		"checkpoint", "entry", "format", "index", "kind", "path", "signer", NULL};
	struct digest path[MERKLE_PATH_MAX], leaf;
	const struct suite *s = NULL;
	const char *entry = NULL;
	size_t n = 0;
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_int(o, "index", 0, INT64_MAX, &out->index, note);
	if (rc == 0)
		rc = json_get_str(o, "entry", 65535, &entry, note);
	if (rc == 0)
		rc = hashes_parse(o, path, MERKLE_PATH_MAX, &n, note);
	if (rc == 0)
		rc = checkpoint_check(o, "checkpoint", "signer", t, at_of(entry), &out->checkpoint, &s, note);
	if (rc < 0)
		return rc;
	merkle_leaf(s, view_str(entry), &leaf);
	if (merkle_check_path(s, &leaf, out->index, out->checkpoint.size, path, n, &out->checkpoint.root) < 0)
		return err_set(note, ERR_DIGEST, "entry %lld does not stand under this checkpoint",
			(long long)out->index);
	return buf_add_str(&out->entry, entry);
}

static int consistency_check(
	const json_t *o, const struct trust *t, struct audit_proof *out, struct err_note *note)
{
	static const char *const keys[] = {
		"checkpoint", "earlier", "earlier_signer", "format", "kind", "path", "signer", NULL};
	struct digest path[MERKLE_PATH_MAX + 1];
	const struct suite *s = NULL, *was = NULL;
	size_t n = 0;
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = hashes_parse(o, path, MERKLE_PATH_MAX + 1, &n, note);
	if (rc == 0)
		rc = checkpoint_check(o, "checkpoint", "signer", t, 0, &out->checkpoint, &s, note);
	if (rc == 0)
		rc = checkpoint_check(o, "earlier", "earlier_signer", t, UNJUDGED, &out->earlier, &was, note);
	if (rc < 0)
		return rc;
	if (was != s || strcmp(out->earlier.origin, out->checkpoint.origin) != 0)
		return err_set(note, ERR_DIGEST, "checkpoints of two logs");
	return merkle_check_consistency(s, out->earlier.size, &out->earlier.root, out->checkpoint.size,
		       &out->checkpoint.root, path, n) < 0
		       ? err_set(note, ERR_DIGEST, "the earlier checkpoint is not a prefix of the later one")
		       : 0;
}

int audit_proof_check(struct view text, const struct trust *t, struct audit_proof *out, struct err_note *note)
{
	json_t *o = NULL;
	int64_t format = 0;
	const char *kind = NULL;
	struct audit_proof p = {.consistency = false};
	buf_init(&p.entry, 65535);
	int rc = json_parse(text, AUDIT_PROOF_MAX, &o, note);
	if (rc == 0)
		rc = json_get_int(o, "format", 0, INT64_MAX, &format, note);
	if (rc == 0 && format != 1)
		rc = err_set(note, ERR_FORMAT, "format %lld is not known", (long long)format);
	if (rc == 0)
		rc = json_get_str(o, "kind", 16, &kind, note);
	if (rc == 0) {
		p.consistency = strcmp(kind, "consistency") == 0;
		rc = p.consistency                ? consistency_check(o, t, &p, note)
		     : strcmp(kind, "entry") == 0 ? entry_check(o, t, &p, note)
						  : err_set(note, ERR_SCHEMA, "kind: unknown");
	}
	json_decref(o);
	if (rc < 0)
		buf_fini(&p.entry);
	else
		*out = p;
	return rc;
}
