#include "burner/ferry/list_form.h"

#include "common/base/json.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LIST_MAX (32 << 20) /* bytes, as the diode's */
#define KIND "diode-missing"
#define FORMAT 1

static int read_all(int fd, size_t size, struct buf *out)
{
	uint8_t part[1 << 16];
	while (out->n < size) {
		size_t left = size - out->n;
		ssize_t n = pread(fd, part, left < sizeof part ? left : sizeof part, (off_t)out->n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_IO;
		int rc = buf_add(out, part, (size_t)n);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int check(struct view text, struct err_note *note)
{
	json_t *o = NULL;
	const char *kind = NULL;
	int64_t format = 0;
	json_t *list = NULL;
	struct view canon = text;
	if (text.n == 0 || text.p[text.n - 1] != '\n')
		return err_set(note, ERR_FORMAT, "no line end");
	canon.n--;
	int rc = json_parse(canon, LIST_MAX, &o, note);
	if (rc == 0)
		rc = json_get_str(o, "kind", sizeof KIND - 1, &kind, note);
	if (rc == 0)
		rc = json_get_int(o, "format", FORMAT, FORMAT, &format, note);
	if (rc == 0)
		rc = json_get_arr(o, "missing", LIST_MAX, &list, note);
	if (rc == 0 && (strcmp(kind, KIND) != 0 || !json_is_canon(canon)))
		rc = err_set(note, ERR_FORMAT, "not canonical, or of another kind");
	json_decref(o);
	return rc;
}

int list_form(int fd, int64_t size, const char *name, struct err_note *note)
{
	struct err_note why = {0};
	struct buf b;
	buf_init(&b, LIST_MAX);
	int rc = size > LIST_MAX ? ERR_LIMIT : read_all(fd, (size_t)size, &b);
	if (rc == 0 && check(buf_view(&b), &why) < 0)
		rc = ERR_FORMAT;
	buf_fini(&b);
	return rc < 0 ? err_set(note, rc, "%.90s: no list of a diode: %.150s", name,
				why.err ? why.text : err_text(rc))
		      : 0;
}
