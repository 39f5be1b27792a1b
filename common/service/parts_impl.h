/* Inside common/service only: what the files of parts share. */
#ifndef SW_SERVICE_PARTS_IMPL_H
#define SW_SERVICE_PARTS_IMPL_H
#include "common/service/parts.h"

#include "common/service/revoked.h"

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

/* Where the data lies. parts_paths_free in any case. */
SW_MUST_USE int parts_paths_make(struct parts *p, const struct settings *s);
void parts_paths_free(struct parts *p);
/* The zone's keys, and of each link in use: whose signatures count, for whom it is sealed. */
SW_MUST_USE int parts_keys_load(
	struct parts *p, const struct service_def *def, const struct settings *s, struct err_note *note);
SW_MUST_USE int parts_database_open(
	const struct parts *p, const struct service_def *def, struct db **out, struct err_note *note);
#endif
