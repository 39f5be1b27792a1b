#include "common/service/parts.h"

#include "common/audit/audit_mover.h"
#include "common/bundle/bundle_revoked.h"
#include "common/db/db_move.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include "common/service/revoked.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct parts {
	struct service *service;
	struct sign_key *signer;
	struct open_key *opener, *opener_old;
	struct revoked revoked;
	struct exchange_handler *handlers; /* the zone's and the service's own */
	struct audit_log *log;
	struct cert *recipients[SETTINGS_LINKS_MAX];
	struct trust *in[SETTINGS_LINKS_MAX], *origin[SETTINGS_LINKS_MAX], *own;
	struct exchange_link links[SETTINGS_LINKS_MAX];
	struct service_link used[SETTINGS_LINKS_MAX]; /* those that the configuration has */
	size_t nlinks;
	int running; /* lock on the data folder: shared by services, alone for what must not run beside one */
	struct http_route *routes; /* the zone's and the service's own */
	const char **tenants;
	char *db_path, *blob_path, *vault_path, *audit_path, *mark_path, *tmp_path;
};

static int paths_make(struct parts *p, const struct settings *s)
{
	bool file = db_path_is_file(s->database) && s->database[0] != '/';
	const struct {
		char **to;
		const char *name;
	} names[] = {{&p->blob_path, "blobs"}, {&p->vault_path, "vault.json"}, {&p->audit_path, "audit"},
		{&p->mark_path, "boot.mark"}, {&p->tmp_path, "tmp"}};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (asprintf(names[i].to, "%s/%s", s->data, names[i].name) < 0)
			return ERR_NOMEM;
	if (asprintf(&p->db_path, "%s%s%s", file ? s->data : "", file ? "/" : "", s->database) < 0)
		return ERR_NOMEM;
	return 0;
}

static void paths_free(struct parts *p)
{
	char *paths[] = {p->db_path, p->blob_path, p->vault_path, p->audit_path, p->mark_path, p->tmp_path};
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		free(paths[i]);
}

static int link_open(struct parts *p, const struct service_link *d, const struct settings_link *c, size_t i,
	struct err_note *note)
{
	int rc = 0;
	if (c->recipient)
		rc = cert_load_pinned(c->recipient, CERT_ENCRYPT, &p->recipients[i], note);
	if (rc == 0 && c->in_ca)
		rc = trust_load(c->in_ca, &p->in[i], note);
	if (rc == 0 && c->origin_ca)
		rc = trust_load(c->origin_ca, &p->origin[i], note);
	if (rc < 0)
		return rc;
	p->links[i] = (struct exchange_link){
		.link = d->link,
		.peer = d->peer,
		.out_to = d->out_to && c->direct ? d->peer : d->out_to,
		.in_from = d->in_from && c->direct ? d->peer : d->in_from,
		.origin_from = c->direct ? NULL : d->origin_from,
		.spool = c->spool,
		.out_folder = c->out_folder,
		.in_folder = c->in_folder,
		.quiet = c->quiet,
		.scan_ms = c->scan_ms,
		.settle_ms = c->settle_ms,
		.out_recipient = p->recipients[i],
		.in_trust = p->in[i],
		.origin_trust = p->origin[i],
		.ack_of = d->peer,
		.group_messages = c->group_messages,
		.group_bytes = c->group_bytes,
		.group_ms = c->group_ms,
		.tick_ms = c->tick_ms,
		.resend_ms = c->resend_ms,
		.missing_ms = c->missing_ms,
		.slow_ms = c->slow_ms,
		.sent_max = c->sent_max,
		.queue_max = c->queue_max,
		.keep_ms = c->keep_ms,
		.idle_ms = c->idle_ms,
		.remember_ms = c->remember_ms,
	};
	return 0;
}

/* Those without a spool are not there. */
static int links_open(
	struct parts *p, const struct service_def *def, const struct settings *s, struct err_note *note)
{
	int rc = 0;
	p->service->zone_name = def->zone;
	for (size_t i = 0; rc == 0 && i < def->nlinks; i++) {
		if (!s->links[i].spool)
			continue;
		p->used[p->nlinks] = def->links[i];
		if (def->links[i].zone)
			p->service->zone_name = def->links[i].zone;
		rc = link_open(p, &def->links[i], &s->links[i], p->nlinks++, note);
	}
	p->service->links = p->used;
	p->service->nlinks = p->nlinks;
	return rc;
}

static int keys_load(
	struct parts *p, const struct service_def *def, const struct settings *s, struct err_note *note)
{
	int rc = sign_key_load(s->sign, s->sign_cert, NULL, &p->signer, note);
	if (rc == 0)
		rc = open_key_load(s->open, s->open_cert, &p->opener, note);
	if (rc == 0 && s->open_old)
		rc = open_key_load(s->open_old, s->open_old_cert, &p->opener_old, note);
	if (rc == 0)
		rc = links_open(p, def, s, note);
	if (rc == 0 && s->own_ca)
		rc = trust_load(s->own_ca, &p->own, note);
	if (p->own)
		p->revoked.trusts[p->revoked.n++] = p->own;
	for (size_t i = 0; i < SETTINGS_LINKS_MAX; i++) {
		if (p->in[i])
			p->revoked.trusts[p->revoked.n++] = p->in[i];
		if (p->origin[i])
			p->revoked.trusts[p->revoked.n++] = p->origin[i];
	}
	if (rc == 0)
		rc = revoked_open(&p->revoked, s->data, note);
	if (rc == 0 && s->directory_ca)
		rc = trust_load(s->directory_ca, &p->service->directory, note);
	return rc == 0 && s->directory_ca ? revoked_add(&p->revoked, p->service->directory, note) : rc;
}

static int tenants_join(struct parts *p, const struct settings *s)
{
	p->tenants = calloc(s->divisions.n + 2, sizeof *p->tenants);
	if (!p->tenants)
		return ERR_NOMEM;
	p->tenants[0] = s->division;
	for (size_t i = 0; i < s->divisions.n; i++)
		p->tenants[i + 1] = s->divisions.v[i];
	p->service->tenant = s->division;
	p->service->tenants = p->tenants;
	return 0;
}

static int routes_join(struct parts *p, const struct service_def *def)
{
	size_t n = def->nroutes + service_nroutes;
	p->routes = calloc(n, sizeof *p->routes);
	if (!p->routes)
		return ERR_NOMEM;
	memcpy(p->routes, service_routes, service_nroutes * sizeof *p->routes);
	memcpy(p->routes + service_nroutes, def->routes, def->nroutes * sizeof *p->routes);
	p->service->rights = (struct account_rights){
		def->permissions, def->roles, p->service->tenant, p->tenants, p->routes, n, def->by_phone};
	return 0;
}

static int handlers_join(struct parts *p, const struct service_def *def)
{
	p->handlers = calloc(def->nhandlers + 1, sizeof *p->handlers);
	if (!p->handlers)
		return ERR_NOMEM;
	if (def->nhandlers)
		memcpy(p->handlers, def->handlers, def->nhandlers * sizeof *p->handlers);
	p->handlers[def->nhandlers] = (struct exchange_handler){BUNDLE_REVOKED_TYPE, revoked_apply, NULL};
	return 0;
}

static int database_open(
	const struct parts *p, const struct service_def *def, struct db **out, struct err_note *note)
{
	const struct db_schema *schemas[] = {&account_schema, &audit_schema, &exchange_schema, &fixity_schema,
		&reseal_schema, def->schema, def->shared};
	return db_open(&(struct db_options){.path = p->db_path,
			       .schemas = schemas,
			       .nschemas = def->shared   ? 7
					   : def->schema ? 6
							 : 5,
			       .readers = 8},
		out, note);
}

static int storage_open(
	struct parts *p, const struct service_def *def, const struct settings *s, struct err_note *note)
{
	struct service *v = p->service;
	int rc = file_mkdirs(p->tmp_path, 0700);
	if (rc < 0)
		return err_set(note, rc, "%s: cannot be made", p->tmp_path);
	rc = vault_open(s->master, p->vault_path, &v->vault, note);
	if (rc < 0)
		return rc;
	rc = database_open(p, def, &v->db, note);
	if (rc < 0)
		return rc;
	rc = blob_store_open(p->blob_path, v->suite, v->vault, &v->blobs);
	if (rc < 0)
		return err_set(note, rc, "%s: cannot be opened", p->blob_path);
	rc = fixity_new(v->db, v->blobs, def->files, &v->fixity);
	if (rc == 0)
		rc = reseal_new(v->db, v->vault, def->sealed, &v->reseal);
	if (rc == 0)
		rc = routes_join(p, def);
	return rc < 0 ? rc : account_service_new(v->db, v->vault, &v->rights, &v->accounts);
}

static int exchange_open(struct parts *p, const struct service_def *def, const struct settings *s,
	bool offline, struct err_note *note)
{
	struct service *v = p->service;
	const struct open_key *keys[] = {p->opener, p->opener_old};
	int made = handlers_join(p, def);
	if (made < 0)
		return made;
	if (!offline) {
		char origin[64];
		snprintf(origin, sizeof origin, "%s/%s", v->zone_name, def->program);
		int rc = audit_log_open(p->audit_path, origin, v->suite, p->signer, &p->log, note);
		if (rc == 0)
			rc = audit_mover_start(v->db, p->log, s->audit_pending, &v->audit);
		if (rc == 0)
			rc = fixity_start(v->fixity, (int)s->fixity_minute);
		if (rc == 0)
			rc = reseal_start(v->reseal);
		if (rc < 0)
			return rc;
	}
	return exchange_start(
		&(struct exchange_options){
			.db = v->db,
			.blobs = v->blobs,
			.vault = v->vault,
			.catalogue = v->catalogue,
			.zone = v->zone_name,
			.station = v->zone_name,
			.signer = p->signer,
			.keys = keys,
			.nkeys = p->opener_old ? 2 : 1,
			.suite = v->suite,
			.links = p->links,
			.nlinks = p->nlinks,
			.handlers = p->handlers,
			.nhandlers = def->nhandlers + 1,
			.arg = v,
			.tenants = v->tenants,
			.keep = def->one_tenant ? v->tenant : NULL,
			.audit = v->audit,
			.boot_mark_file = p->mark_path,
			.tmp_dir = p->tmp_path,
			.offline = offline,
		},
		&v->exchange, note);
}

int parts_alone(const struct service *s, int *out, struct err_note *note)
{
	char *path = NULL;
	if (asprintf(&path, "%s/running.lock", s->data_dir) < 0)
		return ERR_NOMEM;
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc = fd < 0 ? ERR_IO : flock(fd, LOCK_EX | LOCK_NB) < 0 ? ERR_BUSY : 0;
	free(path);
	if (rc == 0) {
		*out = fd;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	return err_set(note, rc, "the service runs: stop it first, or use its page");
}

static int running_lock(struct parts *p, const char *data, struct err_note *note)
{
	char *path = NULL;
	if (asprintf(&path, "%s/running.lock", data) < 0)
		return ERR_NOMEM;
	p->running = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
	free(path);
	if (p->running < 0 || flock(p->running, LOCK_SH | LOCK_NB) < 0)
		return err_set(note, ERR_BUSY, "%s: its keys are being changed", data);
	return 0;
}

int parts_open(const struct service_def *def, const struct settings *s, bool offline, struct service *service,
	struct parts **out, struct err_note *note)
{
	struct parts *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	p->service = service;
	service->suite = suite_by_name(s->suite);
	service->data_dir = s->data;
	service->revoked = &p->revoked;
	p->running = -1;
	int rc = paths_make(p, s);
	if (rc == 0)
		rc = tenants_join(p, s);
	if (rc == 0 && !offline)
		rc = running_lock(p, s->data, note);
	if (rc == 0)
		rc = catalogue_load(s->catalogue, &service->catalogue, note);
	if (rc == 0)
		rc = keys_load(p, def, s, note);
	if (rc == 0)
		rc = storage_open(p, def, s, note);
	if (rc == 0)
		service->signer = p->signer;
	if (rc == 0 && !offline && def->prepare)
		rc = def->prepare(service, note);
	if (rc == 0)
		rc = exchange_open(p, def, s, offline, note);
	if (rc < 0) {
		parts_close(p);
		return rc;
	}
	*out = p;
	return 0;
}

int parts_narrow(struct parts *p, const char *division, struct err_note *note)
{
	size_t i = 0;
	while (p->tenants[i] && strcmp(p->tenants[i], division) != 0)
		i++;
	if (!p->tenants[i])
		return err_set(note, ERR_USAGE, "--division: %.20s is not served here", division);
	p->tenants[0] = p->service->tenant = p->tenants[i];
	p->tenants[1] = NULL;
	return 0;
}

void parts_quiet(struct parts *p)
{
	if (p->service->exchange)
		exchange_quiet(p->service->exchange);
}

void parts_close(struct parts *p)
{
	if (!p)
		return;
	struct service *v = p->service;
	exchange_stop(v->exchange);
	v->exchange = NULL;
	if (v->audit)
		audit_mover_stop(v->audit);
	audit_log_close(p->log);
	account_service_free(v->accounts);
	reseal_free(v->reseal);
	fixity_free(v->fixity);
	free(p->routes);
	free(p->tenants);
	blob_store_close(v->blobs);
	db_close(v->db);
	vault_free(v->vault);
	for (size_t i = 0; i < SETTINGS_LINKS_MAX; i++) {
		cert_free(p->recipients[i]);
		trust_free(p->in[i]);
		trust_free(p->origin[i]);
	}
	trust_free(p->own);
	trust_free(v->directory);
	sign_key_free(p->signer);
	open_key_free(p->opener);
	open_key_free(p->opener_old);
	revoked_close(&p->revoked);
	free(p->handlers);
	catalogue_free(v->catalogue);
	if (p->running >= 0)
		close(p->running);
	paths_free(p);
	free(p);
}

struct moving {
	int64_t tables, rows;
	struct hasher *all;
	char hex[DIGEST_HEX];
};

static void moved(void *arg, const struct db_moved *m)
{
	struct moving *all = arg;
	char hex[DIGEST_HEX];
	digest_hex(&m->digest, hex);
	printf("%-24s %10lld  %s\n", m->table, (long long)m->rows, hex);
	all->tables++;
	all->rows += m->rows;
	hasher_add(all->all, view_of(m->digest.b, sizeof m->digest.b));
}

static int moved_record(struct db_tx *tx, void *arg)
{
	const struct moving *m = arg;
	json_t *detail = json_pack("{s:I,s:I,s:s}", "tables", (json_int_t)m->tables, "rows",
		(json_int_t)m->rows, "digest", m->hex);
	int rc = detail ? audit_record(tx, "system", "database.move", "main.db", detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

int parts_move(
	const struct service_def *def, const struct settings *s, const char *file, struct err_note *note)
{
	struct parts p = {0};
	struct db *db = NULL;
	struct digest digest;
	struct moving m = {0};
	int rc = paths_make(&p, s);
	if (rc == 0)
		rc = hasher_new(suite_by_name("intl"), &m.all);
	if (rc == 0)
		rc = database_open(&p, def, &db, note);
	if (rc == 0)
		rc = db_move(db, file, moved, &m, note);
	if (rc == 0) {
		hasher_get(m.all, &digest);
		digest_hex(&digest, m.hex);
		printf("%-24s %10lld  %s\n", "all, equal on both sides", (long long)m.rows, m.hex);
		rc = db_write(db, s->division, moved_record, &m);
	}
	db_close(db);
	hasher_free(m.all);
	paths_free(&p);
	return rc;
}

int parts_init(const struct settings *s, struct err_note *note)
{
	struct parts p = {0};
	int rc = paths_make(&p, s);
	if (rc == 0 && (rc = file_mkdirs(s->data, 0700)) < 0)
		rc = err_set(note, rc, "%s: cannot be made", s->data);
	if (rc == 0)
		rc = vault_init(suite_by_name(s->suite), s->master, p.vault_path, note);
	paths_free(&p);
	return rc;
}
