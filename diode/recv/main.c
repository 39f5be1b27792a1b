/* diode-recv: the receiving end of the one-way link. */
#include "common/base/id.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include "diode/recv/begin.h"
#include "diode/recv/listen.h"
#include "diode/recv/report.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define WRITE 1000 /* ms between two writings of the status */
#define WATCH 500  /* ms between two looks at the line */

/* Exit code, or -1 to go on. */
static int verdict(struct receiver *r, bool stop, bool woken)
{
	if (stop)
		return r->s.folder != NULL && r->s.count == 0 ? 0 : 1;
	if (assembly_single_lost(r->assembly) || store_broken(r->store)) {
		fprintf(stderr, "TRUNCATED: the object did not arrive whole\n");
		return 1;
	}
	if (assembly_single_done(r->assembly))
		return 0; /* store_stop sees to its last bytes */
	if (woken)
		return 0;
	if (r->s.timeout > 0 && r->now - r->started > r->s.timeout) {
		fprintf(stderr, "TIMEOUT: not everything arrived in time\n");
		return 1;
	}
	return -1;
}

static void tick(struct receiver *r)
{
	const struct session *s;
	r->watch_due = r->now + (r->status.progress.on ? PROGRESS_EVERY : WATCH);
	if (r->now >= r->link_due) {
		r->link_due = r->now + WATCH;
		session_settle(r->sessions, r->now, false);
		for (size_t i = 0; (s = session_at(r->sessions, i)) != NULL; i++)
			transfers_tick(s->transfers, r->now);
		if (recv_status_watch(&r->status, r->now))
			r->write_due = r->now;
	}
	if (r->now >= r->write_due) {
		r->write_due = r->now + WRITE;
		assembly_tick(r->assembly, r->now);
		pool_rest(r->pool);
		recv_status_write(&r->status, r->now);
		store_sign(r->store);
	}
	recv_status_draw(&r->status, r->now);
}

static int loop(struct receiver *r)
{
	int code = -1;
	r->started = r->now = time_mono_ms();
	while (code < 0) {
		int64_t nap = inlet_nap(r->inlet), left = r->watch_due > r->now ? r->watch_due - r->now : 0;
		struct pollfd f[3] = {{.fd = nap > 0 ? -1 : inlet_fd(r->inlet), .events = POLLIN},
			{.fd = r->stop_fd, .events = POLLIN},
			{.fd = store_wake_fd(r->store), .events = POLLIN}};
		struct timespec t = {.tv_sec = left / 1000, .tv_nsec = nap > 0 ? nap : left % 1000 * 1000000};
		t.tv_sec = nap > 0 ? 0 : t.tv_sec;
		(void)ppoll(f, 3, &t, NULL);
		r->now = time_mono_ms();
		if ((nap > 0 || f[0].revents != 0) && listen_read(r) != 0)
			return 1;
		if (r->now >= r->watch_due)
			tick(r);
		if (f[1].revents != 0)
			listen_drain(r);
		code = verdict(r, f[1].revents != 0, f[2].revents != 0);
	}
	return code;
}

/* The list as the running receiver keeps it, or the last one left it. */
static int print_report(const struct receiver *r)
{
	struct err_note note = {0};
	struct buf b;
	char path[4096];
	buf_init(&b, MISSING_MAX);
	snprintf(path, sizeof path, "%s/%s" FRAME_STATE "/" REPORT_FILE, r->s.folder,
		r->s.spool != NULL ? "../" : "");
	int err = file_read(AT_FDCWD, path, MISSING_MAX, &b);
	if (err == 0)
		err = file_write_all(STDOUT_FILENO, b.p, b.n);
	if (err != 0)
		err_set(&note, err, "%s: %s", path, err_text(err));
	buf_fini(&b);
	return err == 0 ? 0 : log_refusal(&note);
}

static int run(struct receiver *r)
{
	struct err_note note = {0};
	if (r->s.prune != NULL)
		return trail_prune(&r->s.log, r->s.prune);
	if (r->s.report)
		return print_report(r);
	int err = begin_open(r, &note);
	if (err == 0 && r->s.check_only)
		return 0;
	if (err == 0)
		err = begin_confine(r, &note);
	if (err == 0)
		err = begin_work(r, &note);
	if (err != 0) {
		(void)log_refusal(&note);
		return 2;
	}
	if (frame_key_published(r->key))
		log_warn("no-key", "what=\"without --key damage is found out, forgery is not\"");
	if (r->trail == NULL)
		log_warn("no-log", "what=\"without audit nothing of what arrives is recorded\"");
	log_info("started", "port=%u", inlet_port(r->inlet));
	return loop(r);
}

static void close_all(struct receiver *r, int *code)
{
	bool ran = r->assembly != NULL;
	/* The last status tells of everything that was published. */
	if (ran) {
		assembly_end(r->assembly);
		store_settle(r->store);
		session_settle(r->sessions, time_mono_ms(), true);
		recv_status_write(&r->status, time_mono_ms());
		recv_status_fini(&r->status);
	}
	progress_end(&r->status.progress);
	assembly_free(r->assembly);
	if (r->store != NULL) {
		bool broken = store_stop(r->store);
		if (broken && *code == 0) {
			fprintf(stderr, "IO: standard output failed\n");
			*code = 1;
		}
	}
	trail_close(r->trail);
	shelf_close(r->shelf);
	session_table_free(r->sessions);
	pool_free(r->pool);
	inlet_close(r->inlet);
	frame_key_free(r->key);
	recv_settings_fini(&r->s);
	if (r->stop_fd >= 0)
		close(r->stop_fd);
}

int main(int argc, char **argv)
{
	struct receiver r = {.stop_fd = -1};
	log_init("diode-recv");
	fault_init("diode-recv");
	int code = recv_settings_load(argc, argv, &r.s);
	if (code != RECV_SETTINGS_GO)
		return code;
	proc_no_dump();
	progress_init(&r.status.progress);
	code = run(&r);
	close_all(&r, &code);
	return code;
}
