#include "common/service/parts_impl.h"

#include "common/audit/audit_mover.h"
#include "common/bundle/bundle_revoked.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

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
	rc = parts_database_open(p, def, &v->db, note);
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

/* Services share it; who changes what they stand on holds it alone. */
static int running_lock(const char *data, int how, int *out)
{
	char *path = NULL;
	if (asprintf(&path, "%s/running.lock", data) < 0)
		return ERR_NOMEM;
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc = fd < 0 ? err_from_errno(errno) : flock(fd, how | LOCK_NB) < 0 ? ERR_BUSY : 0;
	free(path);
	if (rc == 0)
		*out = fd;
	else if (fd >= 0)
		close(fd);
	return rc;
}

int parts_alone(const struct service *s, int *out, struct err_note *note)
{
	int rc = running_lock(s->data_dir, LOCK_EX, out);
	return rc == ERR_BUSY ? err_set(note, rc, "the service runs: stop it first, or use its page")
	       : rc < 0       ? err_set(note, rc, "%s/running.lock: %s", s->data_dir, err_text(rc))
			      : 0;
}

static int running_begin(struct parts *p, const char *data, struct err_note *note)
{
	int rc = running_lock(data, LOCK_SH, &p->running);
	return rc == ERR_BUSY ? err_set(note, rc, "%s: its keys are being changed", data)
	       : rc < 0       ? err_set(note, rc, "%s/running.lock: %s", data, err_text(rc))
			      : 0;
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
	int rc = parts_paths_make(p, s);
	if (rc == 0)
		rc = tenants_join(p, s);
	if (rc == 0 && !offline)
		rc = running_begin(p, s->data, note);
	if (rc == 0)
		rc = catalogue_load(s->catalogue, &service->catalogue, note);
	if (rc == 0)
		rc = parts_keys_load(p, def, s, note);
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
	parts_paths_free(p);
	free(p);
}
