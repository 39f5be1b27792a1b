#include "diode/send/send_status.h"
#include "common/base/json.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>

#define WRITE 1000 /* ms between two writings of the file */

static int write_json(const struct send_status *s, struct buf *b)
{
	struct board_counts c = board_counts(s->board);
	struct emit_counts e = emit_counts(s->emit);
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	json_t *o = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "program", "diode-send",
		"at", at, "objects", (json_int_t)c.objects, "object_bytes", (json_int_t)c.bytes, "failed",
		(json_int_t)c.failed, "waiting",
		(json_int_t)(s->folder != NULL ? folder_waiting(s->folder) : 0), "datagrams",
		(json_int_t)e.datagrams, "bytes", (json_int_t)e.bytes, "held", (json_int_t)e.held, "sequence",
		(json_int_t)emit_seq(s->emit));
	int err = o == NULL ? ERR_NOMEM : json_canon(o, b);
	json_decref(o);
	if (err == 0)
		err = buf_add_str(b, "\n");
	return err != 0 ? err : file_write(AT_FDCWD, s->file, 0644, buf_view(b), "diode-send.status");
}

static void draw(struct send_status *s, int64_t now)
{
	struct board_view v = board_look(s->board);
	char more[64];
	snprintf(more, sizeof more, "%llu sent", (unsigned long long)board_counts(s->board).objects);
	progress_draw(&s->progress, v.name, v.done, v.size, emit_counts(s->emit).bytes, more, now);
}

void send_status_report(void *status)
{
	struct send_status *s = status;
	int64_t now = time_mono_ms();
	if (s->progress.on)
		draw(s, now);
	if (now < s->write_due)
		return;
	s->write_due = now + WRITE;
	send_status_write(s);
}

void send_status_write(struct send_status *s)
{
	struct buf b;
	if (s->file == NULL)
		return;
	buf_init(&b, 4096);
	int err = write_json(s, &b);
	if (err != 0 && !s->failed)
		log_error("status", "file=\"%s\" reason=%s", s->file, err_name(err));
	s->failed = err != 0;
	buf_fini(&b);
}
