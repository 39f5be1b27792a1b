/* Settings that all daemons share, read from one YAML file together with the zone's own keys. */
#ifndef SW_SERVICE_SETTINGS_H
#define SW_SERVICE_SETTINGS_H
#include "common/service/service.h"

#define SETTINGS_LINKS_MAX 4

struct settings_link {
	char *spool, *out_folder, *in_folder, *recipient, *in_ca, *origin_ca;
	bool direct, quiet;
	int64_t group_messages, group_bytes, group_ms, tick_ms, resend_ms, scan_ms, settle_ms, missing_ms;
	int64_t slow_ms, sent_max, queue_max, keep_ms, idle_ms, remember_ms;
};
struct settings {
	char *data, *database, *listen, *port_file, *web;
	char *tls_cert, *tls_key; /* NULL: plain HTTP */
	struct config_list proxies;
	char *suite, *division, *catalogue;
	struct config_list divisions;
	char *sign, *sign_cert, *open, *open_cert, *open_old, *open_old_cert, *own_ca, *master;
	char *directory_ca; /* NULL: no directory is believed */
	int64_t workers, connections, audit_pending, fixity_minute;
	struct settings_link links[SETTINGS_LINKS_MAX];
};
struct settings_file;
/* Reads FILE; ERR_CONFIG with file:line:column. Free with settings_free. */
SW_MUST_USE int settings_load(
	const struct service_def *def, const char *file, struct settings_file **out, struct err_note *note);
const struct settings *settings_get(const struct settings_file *f);
/* The zone's own struct (config_size bytes), valid as long as the file. */
void *settings_zone(struct settings_file *f);
void settings_print(const struct settings_file *f);
void settings_free(struct settings_file *f);
#endif
