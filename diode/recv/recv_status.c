#include "diode/recv/recv_status.h"
#include "common/base/json.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include "diode/recv/recv_metrics.h"
#include "diode/recv/report.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define KNOWN_MAX (1 << 20)

void recv_status_init(struct recv_status *s, int64_t now)
{
	link_init(&s->link, now);
	buf_init(&s->missing, MISSING_MAX);
	buf_init(&s->known, KNOWN_MAX);
}

void recv_status_fini(struct recv_status *s)
{
	buf_fini(&s->missing);
	buf_fini(&s->known);
}

static uint64_t missed(const struct recv_status *s)
{
	struct assembly_counts c = assembly_counts(s->assembly);
	uint64_t n = c.missing - c.late;
	const struct session *x;
	for (size_t i = 0; (x = session_at(s->sessions, i)) != NULL; i++)
		n += transfers_missed(x->transfers);
	return n;
}

bool recv_status_watch(struct recv_status *s, int64_t now)
{
	const struct recv_status_refused *r = &s->refused;
	enum link_state was = s->link.state;
	struct link_sample sample = {.genuine = session_heard_total(s->sessions),
		.data = assembly_counts(s->assembly).symbols + s->surplus,
		.lost = session_lost_total(s->sessions),
		.missed = missed(s),
		.refused = r->format + r->key + r->digest + r->old};
	if (!link_tick(&s->link, &sample, now))
		return false;
	if (s->link.state >= LINK_LOSS && s->link.state != LINK_ENDED)
		log_warn("link", "state=%s was=%s", link_state_name(s->link.state), link_state_name(was));
	else
		log_info("link", "state=%s was=%s", link_state_name(s->link.state), link_state_name(was));
	return true;
}

static json_t *datagrams(const struct recv_status *s)
{
	struct inlet_counts in = inlet_counts(s->inlet);
	const struct recv_status_refused *r = &s->refused;
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "received",
		(json_int_t)in.datagrams, "bytes", (json_int_t)in.bytes, "overflow", (json_int_t)in.overflow,
		"lost", (json_int_t)session_lost_total(s->sessions), "surplus", (json_int_t)s->surplus,
		"format", (json_int_t)r->format, "key", (json_int_t)r->key, "digest", (json_int_t)r->digest,
		"replay", (json_int_t)r->replay, "old", (json_int_t)r->old);
}

static json_t *blocks(const struct assembly_counts *a)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "complete", (json_int_t)a->blocks, "evicted",
		(json_int_t)a->evicted, "symbols", (json_int_t)a->symbols, "duplicate",
		(json_int_t)a->duplicate, "conflicting", (json_int_t)a->conflicting, "full",
		(json_int_t)a->full, "repaired", (json_int_t)a->repaired);
}

static json_t *objects(const struct recv_status *s, const struct assembly_counts *a)
{
	struct store_counts c = store_counts(s->store);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "complete",
		(json_int_t)a->complete, "incomplete", (json_int_t)a->incomplete, "missing",
		(json_int_t)a->missing, "holes", (json_int_t)assembly_holes(s->assembly), "published",
		(json_int_t)c.published, "bytes", (json_int_t)c.bytes, "same", (json_int_t)c.same, "forked",
		(json_int_t)c.forked, "refused", (json_int_t)(c.refused + a->refused), "failed",
		(json_int_t)c.failed);
}

static json_t *sessions(const struct session_table *t, int64_t now)
{
	json_t *list = json_array();
	const struct session *s;
	for (size_t i = 0; (s = session_at(t, i)) != NULL; i++) {
		char at[TIME_TEXT];
		time_text(frame_key_session_time(&s->id), at);
		(void)json_array_append_new(
			list, json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "started", at, "silent_ms",
				      (json_int_t)(now - s->last), "heard", (json_int_t)s->heard, "lost",
				      (json_int_t)s->lost, "highest", (json_int_t)(s->highest & INT64_MAX),
				      "objects_sent", (json_int_t)(s->beat.objects & INT64_MAX), "unheard",
				      (json_int_t)transfers_missed(s->transfers)));
	}
	return list;
}

static json_t *line(const struct recv_status *s, int64_t now)
{
	return json_pack("{s:s, s:I, s:I}", "state", link_state_name(s->link.state), "for_ms",
		(json_int_t)(now - s->link.since), "silent_ms",
		(json_int_t)(s->link.heard != 0 ? now - s->link.heard : -1));
}

static int status_json(const struct recv_status *s, int64_t now, struct buf *b)
{
	struct assembly_counts a = assembly_counts(s->assembly);
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	json_t *o = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "program", "diode-recv", "at", at,
		"datagrams", datagrams(s), "blocks", blocks(&a), "objects", objects(s, &a), "sessions",
		sessions(s->sessions, now), "link", line(s, now));
	int err = o == NULL ? ERR_NOMEM : json_canon(o, b);
	json_decref(o);
	return err != 0 ? err : buf_add_str(b, "\n");
}

static int write_file(int dirfd, const char *name, struct view v)
{
	return file_write(dirfd, name, 0644, v, "diode-recv.status");
}

/* Written only when something but the time has changed. */
static int write_missing(struct recv_status *s)
{
	struct buf b;
	char at[TIME_TEXT];
	buf_init(&b, MISSING_MAX);
	int err = report_encode(s->assembly, s->sessions, "", &b);
	if (err == 0 && !view_eq(buf_view(&b), buf_view(&s->missing))) {
		buf_fini(&s->missing);
		s->missing = b;
		buf_init(&b, MISSING_MAX);
		time_text(time_now_ms(), at);
		err = report_encode(s->assembly, s->sessions, at, &b);
		if (err == 0)
			err = write_file(s->home, REPORT_FILE, buf_view(&b));
	}
	buf_fini(&b);
	return err;
}

static int write_known(struct recv_status *s)
{
	struct buf b;
	json_t *o = session_table_keep(s->sessions);
	buf_init(&b, KNOWN_MAX);
	int err = o == NULL ? ERR_NOMEM : json_canon(o, &b);
	json_decref(o);
	if (err == 0 && !view_eq(buf_view(&b), buf_view(&s->known))) {
		err = write_file(s->home, RECV_STATUS_SESSIONS, buf_view(&b));
		buf_fini(&s->known);
		s->known = b;
		buf_init(&b, KNOWN_MAX);
	}
	buf_fini(&b);
	return err;
}

void recv_status_write(struct recv_status *s, int64_t now)
{
	struct buf b;
	int err = 0;
	buf_init(&b, 1 << 20);
	if (s->file != NULL && (err = status_json(s, now, &b)) == 0)
		err = write_file(AT_FDCWD, s->file, buf_view(&b));
	buf_reset(&b);
	if (err == 0 && s->metrics != NULL && (err = recv_metrics_encode(s, now, &b)) == 0)
		err = write_file(AT_FDCWD, s->metrics, buf_view(&b));
	buf_fini(&b);
	if (err == 0 && s->home >= 0)
		err = write_known(s);
	if (err == 0 && s->home >= 0)
		err = write_missing(s);
	if (err != 0 && !s->failed)
		log_error("status", "reason=%s", err_name(err));
	s->failed = err != 0;
}

void recv_status_draw(struct recv_status *s, int64_t now)
{
	struct assembly_view v;
	struct assembly_counts a;
	char more[160];
	if (!s->progress.on)
		return;
	assembly_look(s->assembly, &v);
	a = assembly_counts(s->assembly);
	uint64_t heard = session_heard_total(s->sessions) + s->surplus,
		 lost = session_lost_total(s->sessions);
	snprintf(more, sizeof more, "%s, %llu files, lost %.2f %%, repaired %llu, missing %zu",
		link_state_name(s->link.state), (unsigned long long)store_counts(s->store).published,
		heard + lost > 0 ? 100.0 * (double)lost / (double)(heard + lost) : 0.0,
		(unsigned long long)a.repaired, assembly_holes(s->assembly));
	progress_draw(&s->progress, v.name, v.done, v.size, a.bytes, more, now);
}
