/* diode-send: the sending end of the one-way link. */
#include "common/base/id.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/proc.h"
#include "common/os/sandbox.h"
#include "diode/send/paths.h"
#include "diode/send/pipe.h"
#include "diode/send/pump.h"
#include "diode/send/send_settings.h"
#include "diode/send/send_status.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SIGN_EVERY 1000 /* ms between two checkpoints of the log */

struct sender {
	struct send_settings s;
	struct frame_key *key;
	struct emit *emit;
	struct board *board;
	struct pump *pump;
	struct opener opener;
	struct again *again;
	struct folder *folder;
	struct paths *paths;
	struct pipe_in *pipe;
	struct send_status status;
	struct trail *trail;
	int64_t sign_due;
	int stop_fd;
};

static int open_feed(struct sender *r, struct feed *feed, struct err_note *note)
{
	struct send_settings *s = &r->s;
	int err;
	if (s->folder != NULL) {
		struct folder_options o = {.path = s->folder,
			.suffix = s->spool != NULL ? ".swb" : NULL,
			.then = s->put,
			.passes = (unsigned)s->repeat,
			.every = s->every,
			.settle = s->settle,
			.rescan = s->rescan,
			.trail = r->trail};
		err = folder_open(&r->opener, &o, &r->folder, note);
		if (err == 0)
			*feed = folder_feed(r->folder);
	} else if (s->pipe) {
		err = pipe_open(&r->opener, STDIN_FILENO, s->name, &r->pipe, note);
		if (err == 0)
			*feed = pipe_feed(r->pipe);
	} else {
		err = paths_new(&r->opener, s->path, s->paths, (unsigned)s->repeat, s->every, &r->paths);
		if (err == 0)
			*feed = paths_feed(r->paths);
		else
			err_set(note, err, "paths");
	}
	return err;
}

/* The thread that tells of the state signs what was recorded. */
static void report(void *sender)
{
	struct sender *r = sender;
	int64_t now = time_mono_ms();
	send_status_report(&r->status);
	if (now >= r->sign_due && trail_sign(r->trail) != 0)
		log_error("audit", "what=\"the log could not be signed\"");
	r->sign_due = now >= r->sign_due ? now + SIGN_EVERY : r->sign_due;
}

static int open_all(struct sender *r, struct err_note *note)
{
	struct send_settings *s = &r->s;
	struct feed feed;
	int err = frame_key_load(s->crypto, s->key, &r->key, note);
	if (err == 0)
		err = proc_stop_fd(&r->stop_fd);
	struct emit_options e = {.to = s->endpoint,
		.rate = s->bits,
		.mtu = (unsigned)s->mtu,
		.stop_fd = r->stop_fd,
		.no_offload = s->no_offload};
	if (err == 0)
		err = emit_open(&e, r->key, &r->emit, note);
	if (err == 0) {
		protect_plan(&s->level, s->bits, emit_datagram_max(r->emit), s->memory);
		err = board_new(
			s->crypto, (uint32_t)s->heartbeat, (uint32_t)(s->level.spread / 1000000), &r->board);
	}
	if (err != 0)
		return note->err != 0 ? err : err_set(note, err, "start: %s", err_text(err));
	if (s->again != NULL)
		err = again_open(s->again, &r->again, note);
	if (err == 0 && !s->check_only)
		err = trail_open(&s->log, &r->trail, note);
	if (err != 0)
		return err;
	r->opener = (struct opener){.suite = s->crypto,
		.key = r->key,
		.symbol_max = emit_symbol_max(r->emit),
		.k = s->level.k,
		.digest = s->digest,
		.again = r->again};
	err = open_feed(r, &feed, note);
	if (err != 0)
		return err;
	r->status = (struct send_status){
		.file = s->status, .folder = r->folder, .emit = r->emit, .board = r->board};
	progress_init(&r->status.progress);
	struct pump_options p = {.feed = feed,
		.emit = r->emit,
		.board = r->board,
		.protect = &s->level,
		.at_a_time = (unsigned)s->at_a_time,
		.beat = s->heartbeat,
		.report_every = PROGRESS_EVERY,
		.stop_fd = r->stop_fd,
		.report = report,
		.report_cookie = r};
	err = pump_new(&p, &r->pump);
	return err == 0 ? 0 : err_set(note, err, "start: %s", err_text(err));
}

/* Reads what is to be sent, writes only the watched folder, the log's and the status file's; sends, never
 * receives. */
static int confine(struct sender *r, struct err_note *note)
{
	const struct send_settings *s = &r->s;
	struct sandbox_path *v = calloc(s->paths + 4, sizeof *v);
	char *status = NULL;
	size_t n = 0;
	bool applied = false;
	if (v == NULL)
		return err_set(note, ERR_NOMEM, "confinement");
	for (size_t i = 0; i < s->paths && !s->pipe; i++)
		if (access(s->path[i], F_OK) == 0) /* the feed will report what is missing */
			v[n++] = (struct sandbox_path){.path = s->path[i]};
	if (s->folder != NULL)
		v[n++] = (struct sandbox_path){.path = s->folder, .write = true};
	if (s->log.folder != NULL)
		v[n++] = (struct sandbox_path){.path = s->log.folder, .write = true};
	if (s->status != NULL) {
		char *slash = strrchr(s->status, '/');
		status = slash == NULL ? strdup(".") : strndup(s->status, (size_t)(slash - s->status) + 1);
		v[n++] = (struct sandbox_path){.path = status, .write = true};
	}
	int err = sandbox_paths(v, n, &applied);
	if (err == 0)
		err = sandbox_calls(SANDBOX_UDP_SEND);
	free(v);
	free(status);
	return err == 0 ? 0 : err_set(note, err, "confinement: %s", err_text(err));
}

static void close_all(struct sender *r)
{
	pump_free(r->pump);
	paths_free(r->paths);
	folder_close(r->folder);
	pipe_close(r->pipe);
	board_free(r->board);
	emit_close(r->emit);
	again_free(r->again);
	frame_key_free(r->key);
	trail_close(r->trail);
	send_settings_fini(&r->s);
	if (r->stop_fd >= 0)
		close(r->stop_fd);
}

static int run(struct sender *r)
{
	struct err_note note = {0};
	if (r->s.prune != NULL)
		return trail_prune(&r->s.log, r->s.prune);
	int err = open_all(r, &note);
	if (err == 0 && r->s.check_only)
		return 0;
	if (err == 0)
		err = confine(r, &note);
	if (err != 0) {
		(void)log_refusal(&note);
		return 2;
	}
	if (frame_key_published(r->key))
		log_warn("no-key", "what=\"without --key damage is found out, forgery is not\"");
	if (r->trail == NULL)
		log_warn("no-log", "what=\"without audit nothing of what is sent is recorded\"");
	log_info("started", "to=%s rate=%s protect=%s", r->s.to, r->s.rate, r->s.protect);
	err = pump_run(r->pump);
	progress_end(&r->status.progress);
	send_status_write(&r->status);
	if (trail_sign(r->trail) != 0 && (err == 0 || err == ERR_STOPPING))
		err = ERR_AUDIT;
	struct board_counts c = board_counts(r->board);
	uint64_t failed = r->paths != NULL ? paths_failed(r->paths) : c.failed;
	if (err == 0 && r->again != NULL)
		failed += again_absent(r->again);
	log_info("ended", "objects=%llu bytes=%llu failed=%llu", (unsigned long long)c.objects,
		(unsigned long long)c.bytes, (unsigned long long)failed);
	if (err == ERR_STOPPING)
		return r->folder != NULL ? 0 : 1; /* what was named has not all been sent */
	if (err != 0) {
		err_set(&note, err, "sending stopped: %s", err_text(err));
		return log_refusal(&note);
	}
	return failed > 0;
}

int main(int argc, char **argv)
{
	struct sender r = {.stop_fd = -1};
	log_init("diode-send");
	fault_init("diode-send");
	int code = send_settings_load(argc, argv, &r.s);
	if (code != SEND_SETTINGS_GO)
		return code;
	proc_no_dump();
	(void)prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0); /* pacing sleeps well below a millisecond */
	code = run(&r);
	close_all(&r);
	return code;
}
