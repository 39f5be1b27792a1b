#include "common/service/service.h"
#include "common/audit/audit_mover.h"
#include "common/base/embed.h"
#include "common/base/version.h"

#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include "common/service/command.h"
#include "common/service/directory.h"
#include "common/service/link_api.h"
#include "common/service/openapi.h"
#include "common/service/parts.h"
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

EMBED(service_schemas, "common/service/schemas.json");

#define HEAP_KEPT (4 << 20) /* of each arena */
#define HEAP_STEP (1 << 20)
#define HEAP_MAPPED (1 << 20) /* what is larger goes back at once */

/* Threads that answer take and give the same memory again and again: it is not handed to the kernel and asked
 * back each time. An allocator that knows no such thing (the sanitizers') is left as it is. */
static void heap_keep(void)
{
	(void)mallopt(M_TRIM_THRESHOLD, HEAP_KEPT);
	(void)mallopt(M_TOP_PAD, HEAP_STEP);
	(void)mallopt(M_MMAP_THRESHOLD, HEAP_MAPPED);
}

static int fixity_show(struct http_request *r)
{
	const struct service *s = http_arg(r);
	json_t *report = NULL;
	int rc = fixity_report(s->fixity, &report);
	return rc < 0 ? rc : http_reply_json(r, 200, report);
}
static int keys_show(struct http_request *r)
{
	const struct service *s = http_arg(r);
	json_t *report = NULL;
	int rc = reseal_report(s->reseal, &report);
	return rc < 0 ? rc : http_reply_json(r, 200, report);
}
static int rotate(struct http_request *r, bool index)
{
	const struct service *s = http_arg(r);
	struct err_note note = {0};
	int rc = reseal_rotate(s->reseal, http_user(r)->user, index, &note);
	if (rc < 0)
		return note.err ? http_fail_note(r, &note) : rc;
	return http_reply_json(r, 202, json_object());
}
static int keys_rotate(struct http_request *r)
{
	return rotate(r, false);
}
static int keys_rotate_index(struct http_request *r)
{
	return rotate(r, true);
}
const struct http_route service_routes[] = {
	{"POST", "/api/directory", "public", directory_post, 2 << 20, NULL,
		"the directory of the unified platform tells who works here and who left {statement, "
		"signature, certificate}"},
	{"GET", "/api/keys", "key.read", keys_show, 0, NULL,
		"keys and how far values are sealed under the newest"},
	{"POST", "/api/keys/rotate", "key.rotate", keys_rotate, 0, NULL,
		"new data keys; values are sealed anew in the background"},
	{"POST", "/api/keys/rotate-index", "key.rotate", keys_rotate_index, 0, NULL,
		"a new key of the blind index; look-ups find what is under the old one meanwhile"},
	{"GET", "/api/fixity", "fixity.read", fixity_show, 0, NULL,
		"sweeps over the stored files, newest first"},
	{"GET", "/api/links", "link.read", link_list, 0, NULL, "state of the links"},
	{"GET", "/api/links/:link/bundles", "link.read", link_bundles, 0, NULL,
		"bundles of a link, newest first; ?before="},
	{"GET", "/api/links/:link/decisions", "link.read", link_decisions, 0, NULL,
		"bundles beyond what their sender knows, here and at the far end"},
	{"POST", "/api/links/:link/release", "link.decide", link_release, 0, NULL,
		"a link that is held goes on {reason}"},
	{"POST", "/api/links/:link/settle", "link.decide", link_settle, 0, NULL,
		"what is here up to this number and its sender does not know stands {epoch, seq, reason}"},
	{"POST", "/api/links/:link/epoch", "link.decide", link_epoch, 0, NULL,
		"a new epoch begins on the outgoing link {reason}"},
	{"POST", "/api/links/:link/rebuild", "link.decide", link_rebuild, 0, NULL,
		"the far end lost its disk: all that is kept for it goes again {reason}"},
};
const size_t service_nroutes = sizeof service_routes / sizeof service_routes[0];

static int service_metrics(void *arg, struct buf *out)
{
	struct service *s = arg;
	int rc = link_metrics(s->exchange, out);
	if (rc == 0)
		rc = buf_addf(out, "sanwang_db_commits %llu\n", (unsigned long long)db_commits(s->db));
	if (rc == 0)
		rc = reseal_metrics(s->reseal, out);
	if (rc == 0)
		rc = buf_addf(out,
			"sanwang_audit_pending %lld\nsanwang_audit_state{state=\"%s\"} "
			"1\nsanwang_fixity_damaged "
			"%lld\n",
			(long long)audit_mover_pending(s->audit),
			audit_mover_state_name(audit_mover_state(s->audit)),
			(long long)fixity_damaged(s->fixity));
	return rc;
}

static int service_health(void *arg, json_t *into)
{
	struct service *s = arg;
	enum audit_state state = audit_mover_state(s->audit);
	json_object_set_new(into, "audit", json_string(audit_mover_state_name(state)));
	json_object_set_new(into, "files", json_string(fixity_damaged(s->fixity) ? "damaged" : "ok"));
	return state == AUDIT_STALLED || state == AUDIT_DIVERGED ? ERR_AUDIT : 0;
}

static int port_write(const struct settings *c, int port)
{
	if (!c->port_file)
		return 0;
	char text[16];
	snprintf(text, sizeof text, "%d\n", port);
	return file_write(AT_FDCWD, c->port_file, 0644, view_str(text), "port-file");
}

static uint64_t database_state(void *arg)
{
	const struct service *s = arg;
	return db_commits(s->db);
}

static int http_open(
	const struct service_def *def, const struct settings *c, struct service *s, struct err_note *note)
{
	size_t n = s->rights.nroutes + account_nroutes;
	struct http_route *routes = calloc(n, sizeof *routes);
	if (!routes)
		return ERR_NOMEM;
	memcpy(routes, account_routes, account_nroutes * sizeof *routes);
	memcpy(routes + account_nroutes, s->rights.routes, s->rights.nroutes * sizeof *routes);
	struct http_options o = {
		.listen = c->listen,
		.routes = routes,
		.nroutes = n,
		.masks = def->masks,
		.web_dir = c->web,
		.tls_cert = c->tls_cert,
		.tls_key = c->tls_key,
		.proxies = c->proxies.v,
		.nproxies = c->proxies.n,
		.form_action = def->form_action ? def->form_action(s) : NULL,
		.auth = account_auth(s->accounts),
		.gate = def->gate,
		.workers = (int)c->workers,
		.connections = (int)c->connections,
		.kept = def->kept,
		.state = database_state,
		.title = def->program,
		.version = SW_VERSION,
		.schemas = def->schemas,
		.arg = s,
	};
	int rc = http_start(&o, &s->http, note);
	free(routes);
	if (rc < 0)
		return rc;
	http_set_metrics(s->http, service_metrics);
	http_set_health(s->http, service_health);
	return port_write(c, http_port(s->http));
}

/* Runs until SIGTERM or SIGINT. */
static int service_run(const struct service_def *def, struct settings_file *f, struct err_note *note)
{
	struct service s = {.config = settings_zone(f)};
	struct parts *parts = NULL;
	int stop = -1;
	int rc = proc_stop_fd(&stop);
	if (rc == 0)
		rc = parts_open(def, settings_get(f), false, &s, &parts, note);
	if (rc == 0 && def->start)
		rc = def->start(&s, note);
	if (rc == 0)
		rc = http_open(def, settings_get(f), &s, note);
	if (rc == 0) {
		(void)malloc_trim(0); /* what starting took goes back */
		log_info("started", "port=%d", http_port(s.http));
		proc_notify_ready();
		struct pollfd p = {.fd = stop, .events = POLLIN};
		while (poll(&p, 1, -1) < 0)
			;
		log_info("stopping", "signal=%d", proc_stop_signal(stop));
	}
	if (s.http)
		http_stop(s.http);
	if (parts)
		parts_quiet(parts);
	if (s.zone && def->stop)
		def->stop(&s);
	parts_close(parts);
	if (stop >= 0)
		close(stop);
	return rc;
}

static int service_command(const struct service_def *def, struct settings_file *f,
	const struct command_line *l, struct err_note *note)
{
	if (l->command == COMMAND_INIT)
		return parts_init(settings_get(f), note);
	if (l->command == COMMAND_MOVE)
		return parts_move(def, settings_get(f), l->argv[0], note);
	struct service s = {.config = settings_zone(f)};
	struct parts *parts = NULL;
	int rc = parts_open(def, settings_get(f), true, &s, &parts, note);
	if (rc == 0 && l->division)
		rc = parts_narrow(parts, l->division, note);
	if (rc == 0)
		rc = l->own ? l->own->run(&s, l->argc, l->argv) : command_shared(l, &s, note);
	parts_close(parts);
	return rc;
}

int service_main(const struct service_def *def, int argc, char **argv)
{
	struct err_note note = {0};
	struct settings_file *file = NULL;
	struct command_line line;
	log_init(def->program);
	fault_init(def->program);
	proc_no_dump();
	heap_keep();
	int rc = command_parse(def, argc, argv, &line);
	if (rc != COMMAND_GO)
		return rc;
	rc = line.command == COMMAND_OPENAPI ? 0 : settings_load(def, line.config, &file, &note);
	if (rc < 0) {
		log_refusal(&note);
		return 2;
	}
	if (line.command == COMMAND_OPENAPI) {
		rc = openapi_print(def, &note);
	} else if (line.check) {
		settings_print(file);
		rc = 0;
	} else if (line.command == COMMAND_RUN) {
		rc = service_run(def, file, &note);
	} else {
		rc = service_command(def, file, &line, &note);
	}
	settings_free(file);
	if (rc >= 0)
		return rc;
	if (!note.err)
		err_set(&note, rc, "%s", err_text(rc));
	log_refusal(&note);
	return rc == ERR_CONFIG || rc == ERR_USAGE ? 2 : 1;
}
