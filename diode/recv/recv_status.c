#include "diode/recv/recv_status.h"
#include "common/base/json.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <fcntl.h>

static json_t *datagrams(const struct recv_status *s)
{
	struct inlet_counts in = inlet_counts(s->inlet);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "received", (json_int_t)in.datagrams,
		"bytes", (json_int_t)in.bytes, "overflow", (json_int_t)in.overflow, "lost",
		(json_int_t)session_lost_total(s->sessions), "format", (json_int_t)s->refused.format, "key",
		(json_int_t)s->refused.key, "digest", (json_int_t)s->refused.digest, "replay",
		(json_int_t)s->refused.replay);
}

static json_t *blocks(const struct assembly_counts *a)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "complete", (json_int_t)a->blocks, "evicted",
		(json_int_t)a->evicted, "symbols", (json_int_t)a->symbols, "duplicate",
		(json_int_t)a->duplicate, "conflicting", (json_int_t)a->conflicting, "full",
		(json_int_t)a->full, "repaired", (json_int_t)a->repaired);
}

static json_t *objects(const struct assembly_counts *a, const struct store_counts *c)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "complete", (json_int_t)a->complete,
		"incomplete", (json_int_t)a->incomplete, "missing", (json_int_t)a->missing, "published",
		(json_int_t)c->published, "same", (json_int_t)c->same, "forked", (json_int_t)c->forked,
		"refused", (json_int_t)(c->refused + a->refused), "failed", (json_int_t)c->failed);
}

static json_t *sessions(const struct session_table *t)
{
	json_t *list = json_array();
	const struct session *s;
	for (size_t i = 0; (s = session_at(t, i)) != NULL; i++)
		(void)json_array_append_new(list,
			json_pack("{s:I, s:I, s:I, s:I, s:I}", "silent_ms",
				(json_int_t)(time_mono_ms() - s->last), "heard", (json_int_t)s->heard, "lost",
				(json_int_t)session_lost(s), "highest", (json_int_t)(s->highest & INT64_MAX),
				"objects_sent", (json_int_t)(s->beat.objects & INT64_MAX)));
	return list;
}

static int write_json(struct recv_status *s, struct buf *b)
{
	struct assembly_counts a = assembly_counts(s->assembly);
	struct store_counts c = store_counts(s->store);
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	json_t *o = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "program", "diode-recv", "at", at,
		"datagrams", datagrams(s), "blocks", blocks(&a), "objects", objects(&a, &c), "sessions",
		sessions(s->sessions), "missing", assembly_report(s->assembly));
	int err = o == NULL ? ERR_NOMEM : json_canon(o, b);
	json_decref(o);
	if (err == 0)
		err = buf_add_str(b, "\n");
	return err != 0 ? err : file_write(AT_FDCWD, s->file, 0644, buf_view(b), "diode-recv.status");
}

void recv_status_write(struct recv_status *s)
{
	struct buf b;
	if (s->file == NULL)
		return;
	buf_init(&b, 1 << 20);
	int err = write_json(s, &b);
	if (err != 0 && !s->failed)
		log_error("status", "file=\"%s\" reason=%s", s->file, err_name(err));
	s->failed = err != 0;
	buf_fini(&b);
}
