/* diode-recv: the receiving end of the one-way link. */
#include "common/base/id.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include "common/os/sandbox.h"
#include "diode/recv/recv_settings.h"
#include "diode/recv/recv_status.h"
#include "diode/recv/report.h"
#include "diode/recv/wary.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITE 1000       /* ms between two writings of the status */
#define WATCH 500        /* ms between two looks at the line */
#define DRAIN_MAX 1000   /* reads at a stop */
#define WARN_EVERY 10000 /* ms between two lines about datagrams that were not let in */

struct receiver {
	struct recv_settings s;
	struct frame_key *key;
	struct inlet *inlet;
	struct pool *pool;
	struct session_table *sessions;
	struct shelf *shelf;
	struct store *store;
	struct assembly *assembly;
	struct recv_status status;
	struct trail *trail;
	int stop_fd;
	int64_t now, started, watch_due, write_due, link_due, warn_due;
	struct wary wary;
};

static uint64_t *refused_for(struct receiver *r, int err)
{
	struct recv_status_refused *c = &r->status.refused;
	return err == ERR_KEY || err == ERR_LIMIT ? &c->key
	       : err == ERR_DIGEST                ? &c->digest
	       : err == ERR_DUPLICATE             ? &c->replay
	       : err == ERR_EPOCH                 ? &c->old
						  : &c->format;
}

static void refuse(struct receiver *r, int err)
{
	const struct recv_status_refused *c = &r->status.refused;
	++*refused_for(r, err);
	if (err == ERR_DUPLICATE || r->now < r->warn_due)
		return;
	r->warn_due = r->now + WARN_EVERY;
	log_warn("datagram-refused", "reason=%s format=%llu key=%llu digest=%llu", err_name(err),
		(unsigned long long)c->format, (unsigned long long)c->key, (unsigned long long)c->digest);
}

/* A symbol nobody needs is not worth checking: it changes nothing but counts. */
static bool surplus(struct receiver *r, const struct frame *f)
{
	const struct session *s = f->kind == FRAME_DATA ? session_claimed(r->sessions, &f->session) : NULL;
	if (s == NULL || !assembly_surplus(r->assembly, f))
		return false;
	session_spare(r->sessions, f);
	r->status.surplus++;
	return true;
}

static void take_one(struct receiver *r, const struct frame *f, struct view body, struct session *s)
{
	struct frame_beat b;
	wary_genuine(&r->wary, r->now);
	link_heard(&r->status.link, r->now);
	if (f->kind == FRAME_DATA) {
		assembly_take(r->assembly, f, body, r->now);
		return;
	}
	int err = frame_beat_decode(body, &b);
	if (err != 0) {
		refuse(r, err);
		return;
	}
	link_beat(&r->status.link, &b);
	if (!transfers_beat(s->transfers, &b, r->now))
		log_error("beat-conflict", "what=\"a heartbeat speaks of other objects than were heard\"");
	assembly_beat(r->assembly, s, &b, r->now);
	s->beat = b;
	s->beaten = true;
}

static void take(void *cookie, const struct view *datagram, size_t n)
{
	struct receiver *r = cookie;
	struct frame f[INLET_MANY];
	struct view body[INLET_MANY];
	struct session_item item[INLET_MANY];
	size_t asked = 0;
	for (size_t i = 0; i < n; i++) {
		int err = frame_decode(datagram[i], &f[asked], &body[asked]);
		if (err != 0)
			refuse(r, err);
		if (err != 0 || surplus(r, &f[asked]))
			continue;
		item[asked] = (struct session_item){.f = &f[asked], .datagram = datagram[i]};
		asked++;
	}
	session_admit(r->sessions, item, asked, r->now);
	for (size_t i = 0; i < asked; i++)
		if (item[i].err != 0)
			refuse(r, item[i].err);
		else
			take_one(r, &f[i], body[i], item[i].s);
}

/* The first datagram of a message: what it is refused for, at once and for certain; 0 when that needs more.
 */
static int judge(struct receiver *r, struct view datagram)
{
	struct frame f;
	struct view body;
	int err = frame_decode(datagram, &f, &body);
	return err != 0 ? err : session_judge(r->sessions, &f, datagram, r->now);
}

static bool worthless(void *cookie, struct view datagram, uint64_t many)
{
	struct receiver *r = cookie;
	int err = judge(r, datagram);
	if (err == 0)
		wary_keep(&r->wary);
	else if (wary_skip(&r->wary))
		*refused_for(r, err) += many;
	else
		err = 0;
	return err != 0;
}

static int read_some(struct receiver *r)
{
	return r->wary.on ? inlet_read_wary(r->inlet, worthless, take, r) : inlet_read(r->inlet, take, r);
}

static void beware(struct receiver *r)
{
	const struct recv_status_refused *c = &r->status.refused;
	wary_look(&r->wary, c->format + c->key + c->digest + c->replay, r->now);
}

static int open_all(struct receiver *r, struct err_note *note)
{
	const struct recv_settings *s = &r->s;
	struct shelf_options shelf = {.path = s->folder, .spool = s->spool != NULL, .replace = s->replace};
	int err = frame_key_load(s->crypto, s->key, &r->key, note);
	if (err == 0 && s->folder != NULL)
		err = shelf_open(&shelf, &r->shelf, note);
	if (err == 0 && !s->check_only)
		err = trail_open(&s->log, &r->trail, note);
	if (err == 0)
		err = inlet_open(&s->endpoint, (int)s->queue, s->no_offload, &r->inlet, note);
	if (err != 0)
		return err;
	err = proc_stop_fd(&r->stop_fd);
	if (err == 0)
		err = session_table_new(s->crypto, r->key, &r->sessions);
	if (err == 0)
		err = pool_new((size_t)s->memory, &r->pool);
	return err == 0 ? 0 : err_set(note, err, "start: %s", err_text(err));
}

/* "FILE" -> its folder, allocated. */
static char *folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	return slash == NULL ? strdup(".") : strndup(file, (size_t)(slash - file) + 1);
}

static int confine(const struct receiver *r, struct err_note *note)
{
	struct sandbox_path v[8];
	char *status = r->s.status != NULL ? folder_of(r->s.status) : NULL;
	char *metrics = r->s.metrics != NULL ? folder_of(r->s.metrics) : NULL;
	char *quarantine = NULL, *home = NULL;
	size_t n = 0;
	bool applied = false;
	int err = 0;
	if (r->s.folder != NULL)
		v[n++] = (struct sandbox_path){.path = r->s.folder, .write = true};
	if (r->s.spool != NULL && (asprintf(&quarantine, "%s/../quarantine", r->s.folder) < 0 ||
					  asprintf(&home, "%s/../" FRAME_STATE, r->s.folder) < 0))
		err = ERR_NOMEM;
	if (quarantine != NULL)
		v[n++] = (struct sandbox_path){.path = quarantine, .write = true};
	if (home != NULL)
		v[n++] = (struct sandbox_path){.path = home, .write = true};
	if (r->s.log.folder != NULL)
		v[n++] = (struct sandbox_path){.path = r->s.log.folder, .write = true};
	if (metrics != NULL)
		v[n++] = (struct sandbox_path){.path = metrics, .write = true};
	if (status != NULL)
		v[n++] = (struct sandbox_path){.path = status, .write = true};
	if (err == 0)
		err = sandbox_paths(v, n, &applied);
	if (err == 0)
		err = sandbox_calls(SANDBOX_UDP_RECV);
	free(status);
	free(metrics);
	free(quarantine);
	free(home);
	return err == 0 ? 0 : err_set(note, err, "confinement: %s", err_text(err));
}

static int write_port(const struct receiver *r, struct err_note *note)
{
	char text[8];
	int n = snprintf(text, sizeof text, "%u\n", inlet_port(r->inlet));
	int err = r->s.port_file == NULL ? 0
					 : file_write(AT_FDCWD, r->s.port_file, 0644,
						   view_of(text, (size_t)n), "diode-recv.port");
	return err == 0 ? 0 : err_set(note, err, "%s: %s", r->s.port_file, err_text(err));
}

/* The sessions of earlier runs: nothing of theirs is heard twice. */
static int remember(struct receiver *r, int home)
{
	struct buf b;
	struct err_note note = {0};
	json_t *o = NULL;
	buf_init(&b, 1 << 20);
	int err = home >= 0 ? file_read(home, RECV_STATUS_SESSIONS, 1 << 20, &b) : ERR_NOTFOUND;
	if (err == 0)
		err = json_parse(buf_view(&b), 1 << 20, &o, &note);
	if (err == 0)
		err = session_table_restore(r->sessions, o);
	json_decref(o);
	buf_fini(&b);
	return err == ERR_NOTFOUND ? 0 : err;
}

static int start(struct receiver *r, struct err_note *note)
{
	const struct recv_settings *s = &r->s;
	struct store_options store = {.shelf = r->shelf,
		.pool = r->pool,
		.suite = s->crypto,
		.trail = r->trail,
		.count = (uint64_t)s->count};
	int err = store_start(&store, &r->store);
	struct assembly_options assembly = {.store = r->store,
		.pool = r->pool,
		.home = r->shelf != NULL ? shelf_home(r->shelf) : -1,
		.size_max = (uint64_t)s->size_max,
		.objects_max = (size_t)s->objects_max,
		.patience = s->patience};
	if (err == 0)
		err = assembly_new(&assembly, &r->assembly);
	recv_status_init(&r->status, time_mono_ms());
	r->status.file = s->status;
	r->status.metrics = s->metrics;
	r->status.home = assembly.home;
	r->status.inlet = r->inlet;
	r->status.sessions = r->sessions;
	r->status.assembly = r->assembly;
	r->status.store = r->store;
	if (err == 0)
		err = remember(r, assembly.home);
	return err == 0 ? 0 : err_set(note, err, "start: %s", err_text(err));
}

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

/* A graceful stop: what stands in the kernel's queue has arrived. */
static void drain(struct receiver *r)
{
	uint64_t before = UINT64_MAX;
	for (int i = 0; i < DRAIN_MAX && inlet_counts(r->inlet).datagrams != before; i++) {
		before = inlet_counts(r->inlet).datagrams;
		if (inlet_read(r->inlet, take, r) != 0)
			return;
	}
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
		if ((nap > 0 || f[0].revents != 0) && read_some(r) != 0)
			return 1;
		beware(r);
		if (r->now >= r->watch_due)
			tick(r);
		if (f[1].revents != 0)
			drain(r);
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
	int err = open_all(r, &note);
	if (err == 0 && r->s.check_only)
		return 0;
	if (err == 0)
		err = write_port(r, &note);
	if (err == 0)
		err = confine(r, &note);
	if (err == 0)
		err = start(r, &note);
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
