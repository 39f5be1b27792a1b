#include "zones/extranet/domain/consent_joint.h"

#include "common/audit/merkle.h"
#include "common/workflow/agent.h"
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 1024

/* What the text says of itself, and that it speaks of this business. */
static int text_read(const json_t *text, const json_t *form, struct uuid *batch, int64_t *count,
	struct digest *root, struct err_note *note)
{
	static const char *const keys[] = {
		"batch", "business", "business_version", "count", "kind", "root", "statement", NULL};
	const char *hex = NULL;
	int rc = json_only_keys(text, keys, note);
	if (rc == 0)
		rc = json_get_text(text, "batch", batch->s, sizeof batch->s, note);
	if (rc == 0 && !uuid_valid(batch->s))
		rc = err_set(note, ERR_SCHEMA, "batch.text.batch: not a UUID");
	if (rc == 0)
		rc = json_get_int(text, "count", 1, CONSENT_JOINT_MAX, count, note);
	if (rc == 0)
		rc = json_get_str(text, "root", DIGEST_HEX - 1, &hex, note);
	if (rc == 0 && digest_parse(hex, root) < 0)
		rc = err_set(note, ERR_SCHEMA, "batch.text.root: not a digest");
	if (rc == 0 && (strcmp(json_str(text, "kind"), "batch") != 0 ||
			       strcmp(json_str(text, "business"), json_str(form, "business")) != 0 ||
			       json_int(text, "business_version") != json_int(form, "business_version")))
		rc = err_set(note, ERR_SIGNATURE, "batch.text: of another business");
	return rc;
}

static int path_read(
	const json_t *list, struct digest path[static MERKLE_PATH_MAX], size_t *n, struct err_note *note)
{
	size_t i;
	const json_t *one;
	if (json_array_size(list) > MERKLE_PATH_MAX)
		return err_set(note, ERR_SCHEMA, "batch.path: too long");
	json_array_foreach(
		list, i, one) if (!json_is_string(one) ||
				  digest_parse(json_string_value(one), &path[i]) < 0) return err_set(note,
		ERR_SCHEMA, "batch.path[%zu]: not a digest", i);
	*n = json_array_size(list);
	return 0;
}

int consent_joint_check(const struct suite *s, const json_t *joint, struct view canonical, const json_t *form,
	struct uuid *batch, struct err_note *note)
{
	struct digest path[MERKLE_PATH_MAX], root, leaf;
	struct uuid id;
	size_t n = 0;
	int64_t count = 0, index = 0;
	json_t *text = NULL;
	int rc = json_parse(view_str(json_str(joint, "text")), TEXT_MAX, &text, note);
	if (rc == 0)
		rc = text_read(text, form, &id, &count, &root, note);
	if (rc == 0)
		rc = json_get_int(joint, "index", 0, count - 1, &index, note);
	if (rc == 0)
		rc = path_read(json_object_get(joint, "path"), path, &n, note);
	if (rc == 0) {
		merkle_leaf(s, canonical, &leaf);
		if (merkle_check_path(s, &leaf, index, count, path, n, &root) < 0)
			rc = err_set(
				note, ERR_SIGNATURE, "batch: the form does not stand under the signed text");
	}
	if (rc == 0)
		*batch = id;
	json_decref(text);
	return rc;
}

int consent_joint_signer(const json_t *party, struct err_note *note)
{
	return agent_is(party, AGENT_POWER)
		       ? 0
		       : err_set(note, ERR_SIGNATURE, "batch: who signs for many forms acts by a power");
}
