#include "gapd/half/half_state.h"

#include "common/base/json.h"
#include "common/os/file.h"
#include "common/spool/spool.h"
#include <stdio.h>

#define NAME "state.json"

static int state_parse(struct view text, struct half_state *s, struct err_note *note)
{
	static const char *const keys[] = {"anchored", "epoch", "file", "prev", "seq", NULL};
	json_t *o = NULL;
	const char *prev = NULL, *file = NULL;
	int rc = json_parse(text, 4096, &o, note);
	if (rc == 0)
		rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_int(o, "epoch", 1, INT64_MAX, &s->epoch, note);
	if (rc == 0)
		rc = json_get_int(o, "seq", 0, INT64_MAX, &s->seq, note);
	if (rc == 0 && json_object_get(o, "anchored"))
		rc = json_get_int(o, "anchored", 0, INT64_MAX, &s->anchored, note);
	if (rc == 0)
		rc = json_get_str(o, "prev", 64, &prev, note);
	if (rc == 0)
		rc = json_get_str(o, "file", sizeof s->file - 1, &file, note);
	if (rc == 0 && (digest_parse(prev, &s->prev) < 0 || (*file && !spool_name_ok(file))))
		rc = err_set(note, ERR_SYNTAX, "prev or file");
	if (rc == 0)
		snprintf(s->file, sizeof s->file, "%s", file);
	json_decref(o);
	return rc;
}

int half_state_load(int work, struct half_state *out, struct err_note *note)
{
	struct half_state s = {.epoch = 0};
	struct buf text;
	struct err_note why = {0};
	buf_init(&text, 4096);
	int rc = file_read(work, NAME, 4096, &text);
	if (rc == ERR_NOTFOUND) {
		s.epoch = time_now_ms() / 1000;
		rc = half_state_save(work, &s);
	} else if (rc == 0) {
		rc = state_parse(buf_view(&text), &s, &why);
	}
	buf_fini(&text);
	if (rc < 0)
		return err_set(note, rc, NAME ": %.200s", why.text[0] ? why.text : err_text(rc));
	*out = s;
	return 0;
}

int half_state_save(int work, const struct half_state *s)
{
	char hex[DIGEST_HEX];
	struct buf text;
	digest_hex(&s->prev, hex);
	json_t *o = json_pack("{s:I,s:I,s:I,s:s,s:s}", "anchored", (json_int_t)s->anchored, "epoch",
		(json_int_t)s->epoch, "seq", (json_int_t)s->seq, "prev", hex, "file", s->file);
	buf_init(&text, 4096);
	int rc = o ? json_canon(o, &text) : ERR_NOMEM;
	if (rc == 0)
		rc = file_write(work, NAME, 0600, buf_view(&text), "state");
	json_decref(o);
	buf_fini(&text);
	return rc;
}
