#include "diode/frame/frame_meta.h"
#include "common/base/json.h"
#include "diode/frame/wire.h"

#define VERSION 1
#define COMPONENT_MAX 255
#define DEPTH_MAX 32

bool frame_meta_temporary(const char *p, size_t n)
{
	static const char HEX[] = "0123456789abcdef";
	if (n != 20 || memcmp(p, "tmp.", 4) != 0)
		return false;
	for (size_t i = 4; i < n; i++)
		if (memchr(HEX, p[i], sizeof HEX - 1) == NULL)
			return false;
	return true;
}

static bool component_ok(const char *p, size_t n)
{
	if (n == 0 || n > COMPONENT_MAX || (n == 1 && p[0] == '.') || (n == 2 && memcmp(p, "..", 2) == 0))
		return false;
	return !frame_meta_temporary(p, n) &&
	       !(n == sizeof FRAME_STATE - 1 && memcmp(p, FRAME_STATE, n) == 0);
}

/* jansson accepts exactly well-formed UTF-8. */
static bool utf8_ok(const char *s)
{
	json_t *text = json_string(s);
	bool ok = text != NULL;
	json_decref(text);
	return ok;
}

bool frame_meta_text_ok(const char *text)
{
	for (const char *p = text; *p != 0; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	return utf8_ok(text);
}

bool frame_meta_name_ok(const char *name)
{
	size_t n = strlen(name);
	if (n == 0 || n > FRAME_NAME_MAX || !frame_meta_text_ok(name))
		return false;
	unsigned depth = 0;
	for (const char *p = name;; depth++) {
		const char *end = strchrnul(p, '/');
		if (depth == DEPTH_MAX || !component_ok(p, (size_t)(end - p)))
			return false;
		if (*end == 0)
			return true;
		p = end + 1;
	}
}

int frame_meta_encode(const struct frame_meta *m, struct buf *out)
{
	uint8_t head[FRAME_META_HEAD];
	if (!frame_meta_name_ok(m->name))
		return ERR_MEMBER;
	size_t n = strlen(m->name);
	head[0] = VERSION;
	head[1] = (uint8_t)m->type;
	wire_put16(head + 2, m->mode & 0777);
	wire_put64(head + 4, (uint64_t)m->mtime);
	wire_put16(head + 12, (uint16_t)n);
	head[14] = m->digest;
	head[15] = 0;
	int err = buf_reserve(out, sizeof head + n);
	if (err == 0)
		err = buf_add(out, head, sizeof head);
	return err != 0 ? err : buf_add(out, m->name, n);
}

int frame_meta_decode(struct view v, struct frame_meta *out)
{
	struct frame_meta m = {0};
	if (v.n < FRAME_META_HEAD)
		return ERR_TRUNCATED;
	if (v.p[0] != VERSION)
		return ERR_FORMAT;
	size_t n = wire_get16(v.p + 12);
	if (v.n != FRAME_META_HEAD + n)
		return v.n < FRAME_META_HEAD + n ? ERR_TRUNCATED : ERR_TRAILING;
	m.mode = wire_get16(v.p + 2);
	m.mtime = (int64_t)wire_get64(v.p + 4);
	if ((v.p[1] != FRAME_FILE && v.p[1] != FRAME_FOLDER && v.p[1] != FRAME_PIPE) || m.mode > 0777 ||
		v.p[14] > 1 || v.p[15] != 0)
		return ERR_RANGE;
	m.type = v.p[1];
	m.digest = v.p[14] == 1;
	if (m.digest && m.type == FRAME_FOLDER)
		return ERR_RANGE;
	if (n > FRAME_NAME_MAX || memchr(v.p + FRAME_META_HEAD, 0, n) != NULL)
		return ERR_MEMBER;
	memcpy(m.name, v.p + FRAME_META_HEAD, n);
	if (!frame_meta_name_ok(m.name))
		return ERR_MEMBER;
	*out = m;
	return 0;
}
