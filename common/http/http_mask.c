/* Personal data in replies is masked here, so that no handler can forget it. */
#include "common/http/http_impl.h"
#include <string.h>

static int text_mask(int (*mask)(const char *, struct buf *), json_t *text)
{
	struct buf out;
	buf_init(&out, 65536);
	int rc = mask(json_string_value(text), &out);
	if (rc == 0 && json_string_setn(text, out.n ? (const char *)out.p : "", out.n) < 0)
		rc = ERR_NOMEM;
	buf_fini(&out);
	return rc;
}

static int text_walk(const struct http_masks *m, const char *in, const char *key, json_t *v)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->v[i].in, in) == 0 && strcmp(m->v[i].key, key) == 0)
			return text_mask(m->v[i].mask, v);
	return m->is_secret && m->is_secret(json_string_value(v)) ? text_mask(m->mask, v) : 0;
}

/* in: name of the nearest object or list around; key: of this value. */
static int walk(const struct http_masks *m, const char *in, const char *key, json_t *v, int depth)
{
	const char *name;
	json_t *x;
	size_t i;
	int rc = depth > JSON_DEPTH_MAX ? ERR_LIMIT : 0;
	if (rc == 0 && json_is_string(v))
		return text_walk(m, in, key, v);
	if (json_is_array(v))
		json_array_foreach(v, i, x) if (rc == 0) rc = walk(m, in, key, x, depth + 1);
	if (json_is_object(v))
		json_object_foreach(v, name, x) if (rc == 0) rc = walk(m, key, name, x, depth + 1);
	return rc;
}

int http_mask_json(const struct http_masks *m, json_t *v)
{
	return m ? walk(m, "", "", v, 0) : 0;
}
