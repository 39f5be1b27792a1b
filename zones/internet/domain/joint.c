#include "zones/internet/domain/joint.h"

#include <stdio.h>
#include <string.h>

/* 真实性承诺 */
static const char statement[] =
	"本人承诺本批每件申请所填内容和所交材料真实、合法、有效，知悉不实申请的法律责任。";

int joint_text(
	const struct suite *s, const struct joint *j, const struct digest *leaves, size_t n, struct buf *out)
{
	struct digest root;
	char hex[DIGEST_HEX];
	merkle_root(s, leaves, n, &root);
	digest_hex(&root, hex);
	json_t *o = json_pack("{s:s,s:s,s:I,s:I,s:s,s:s,s:s}", "batch", j->batch, "business", j->business,
		"business_version", (json_int_t)j->business_version, "count", (json_int_t)n, "kind", "batch",
		"root", hex, "statement", statement);
	int rc = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	return rc;
}

/* The digests of a path, read into `nodes` and listed as they go. */
static int path_read(const char *path, struct digest nodes[static MERKLE_PATH_MAX], size_t *n, json_t *list)
{
	char hex[DIGEST_HEX];
	for (*n = 0; *path; (*n)++) {
		size_t len = strcspn(path, " ");
		if (*n == MERKLE_PATH_MAX || len >= sizeof hex)
			return ERR_SYNTAX;
		memcpy(hex, path, len);
		hex[len] = '\0';
		int rc = digest_parse(hex, &nodes[*n]);
		if (rc < 0)
			return rc;
		if (json_array_append_new(list, json_string(hex)))
			return ERR_NOMEM;
		path += len;
		path += *path == ' ';
	}
	return 0;
}

int joint_proof(const struct suite *s, const char *text, struct view form, int64_t index, const char *path,
	json_t **out)
{
	struct digest nodes[MERKLE_PATH_MAX], leaf, root;
	size_t n = 0;
	json_t *o = NULL, *list = json_array();
	int rc = list ? json_parse(view_str(text), 4096, &o, NULL) : ERR_NOMEM;
	if (rc == 0)
		rc = path_read(path, nodes, &n, list);
	if (rc == 0)
		rc = digest_parse(json_str(o, "root"), &root);
	if (rc == 0) {
		merkle_leaf(s, form, &leaf);
		rc = merkle_check_path(s, &leaf, index, json_int(o, "count"), nodes, n, &root) < 0
			     ? ERR_CONFLICT
			     : 0;
	}
	if (rc == 0 &&
		!(*out = json_pack("{s:s,s:I,s:O}", "text", text, "index", (json_int_t)index, "path", list)))
		rc = ERR_NOMEM;
	json_decref(o);
	json_decref(list);
	return rc;
}
