#include "diode/recv/begin.h"

#include "common/base/id.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include "common/os/sandbox.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int begin_open(struct receiver *r, struct err_note *note)
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

static int write_port(const struct receiver *r, struct err_note *note)
{
	char text[8];
	int n = snprintf(text, sizeof text, "%u\n", inlet_port(r->inlet));
	int err = r->s.port_file == NULL ? 0
					 : file_write(AT_FDCWD, r->s.port_file, 0644,
						   view_of(text, (size_t)n), "diode-recv.port");
	return err == 0 ? 0 : err_set(note, err, "%s: %s", r->s.port_file, err_text(err));
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

int begin_confine(const struct receiver *r, struct err_note *note)
{
	int err = write_port(r, note);
	return err == 0 ? confine(r, note) : err;
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

int begin_work(struct receiver *r, struct err_note *note)
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
