#include "common/service/settings.h"

#include "common/message/format.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S(member) offsetof(struct settings, member)
static const struct config_field common_fields[] = {
	{"data", CONFIG_PATH, S(data), true, NULL, 0, 0,
		"folder of the database, blobs, audit log and boot mark"},
	{"database", CONFIG_STR, S(database), false, "main.db", 0, 0,
		"SQLite file in the data folder, or PostgreSQL as a libpq connection string or URI without a "
		"password "
		"(that stands in a passfile or service file)"},
	{"listen", CONFIG_STR, S(listen), false, "127.0.0.1:0", 0, 0,
		"address:port of the HTTP service; port 0 takes a free one"},
	{"tls.cert", CONFIG_PATH, S(tls_cert), false, NULL, 0, 0,
		"PEM certificate with its issuers: the service speaks TLS 1.2 and 1.3; read anew when it "
		"changes"},
	{"tls.key", CONFIG_PATH, S(tls_key), false, NULL, 0, 0, "its private key (mode 0600)"},
	{"proxies", CONFIG_LIST, S(proxies), false, NULL, 0, 0,
		"addresses of front proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"},
	{"port_file", CONFIG_PATH, S(port_file), false, NULL, 0, 0, "file that receives the port in use"},
	{"web", CONFIG_PATH, S(web), false, NULL, 0, 0, "folder of the built pages"},
	{"suite", CONFIG_STR, S(suite), false, "gm", 0, 0, "digests and encryption at rest: gm or intl"},
	{"division", CONFIG_STR, S(division), true, NULL, 0, 0,
		"division code (GB/T 2260) of the office served; what is of no office is kept under it"},
	{"divisions", CONFIG_LIST, S(divisions), false, NULL, 0, 0,
		"further divisions served here, each by an office of its own"},
	{"catalogue", CONFIG_PATH, S(catalogue), true, NULL, 0, 0, "message catalogue, conf/messages.yaml"},
	{"keys.sign", CONFIG_PATH, S(sign), true, NULL, 0, 0,
		"signing key of this station (PEM, mode 0600), or a PKCS#11 URI with module-path and "
		"pin-source"},
	{"keys.sign_cert", CONFIG_PATH, S(sign_cert), true, NULL, 0, 0, "its certificate"},
	{"keys.open", CONFIG_PATH, S(open), true, NULL, 0, 0,
		"key that opens bundles sent to this station (mode 0600)"},
	{"keys.open_cert", CONFIG_PATH, S(open_cert), true, NULL, 0, 0, "its certificate"},
	{"keys.open_old", CONFIG_PATH, S(open_old), false, NULL, 0, 0,
		"after a change of keys: the key before, while bundles to it are on their way"},
	{"keys.open_old_cert", CONFIG_PATH, S(open_old_cert), false, NULL, 0, 0, "its certificate"},
	{"keys.ca", CONFIG_PATH, S(own_ca), false, NULL, 0, 0,
		"this zone's own CA, where no guard of this system stands in between whose in_ca it is"},
	{"keys.master", CONFIG_PATH, S(master), true, NULL, 0, 0,
		"master key of the column encryption: a file (32 bytes, mode 0600) or a pkcs11: URI"},
	{"directory.ca", CONFIG_PATH, S(directory_ca), false, NULL, 0, 0,
		"pinned CA of the unified platform's directory of people 一体化平台用户目录; without it "
		"people are "
		"kept here alone"},
	{"workers", CONFIG_INT, S(workers), false, "48", 1, 256, "threads that answer requests"},
	{"connections", CONFIG_INT, S(connections), false, "1000", 16, 60000,
		"connections open at once; of one address 100, unless proxies are named"},
	{"fixity_minute", CONFIG_INT, S(fixity_minute), false, "150", 0, 1439,
		"minute of the day (北京时间) at which every stored file is read and compared"},
	{"audit_pending", CONFIG_INT, S(audit_pending), false, "10000", 1, 10000000,
		"audit records that may wait for the log before writing is refused"},
};
#undef S

#define L(member) offsetof(struct settings_link, member)
static const struct config_field link_fields[] = {
	{"spool", CONFIG_PATH, L(spool), true, NULL, 0, 0,
		"spool root; the folders are SPOOL/LINK/{out,in,quarantine,done,sent,tmp}"},
	{"recipient", CONFIG_PATH, L(recipient), false, NULL, 0, 0,
		"encryption certificate of the next station"},
	{"in_ca", CONFIG_PATH, L(in_ca), false, NULL, 0, 0, "pinned CA of the station that hands in"},
	{"origin_ca", CONFIG_PATH, L(origin_ca), false, NULL, 0, 0,
		"pinned CA of the origin zone behind a guard"},
	{"group_messages", CONFIG_INT, L(group_messages), false, "256", 1, 4096,
		"a bundle closes after so many messages"},
	{"group_size", CONFIG_SIZE, L(group_bytes), false, "64M", 1024, 0x7fffffffffff, "… or so many bytes"},
	{"group_time", CONFIG_TIME, L(group_ms), false, "2ms", 0, 3600000,
		"small messages group at most so long for each bundle that the next station has not taken "
		"yet"},
	{"tick", CONFIG_TIME, L(tick_ms), false, "0ms", 0, 86400000,
		"an idle link sends a tick this often; 0 never"},
	{"resend", CONFIG_TIME, L(resend_ms), false, "1s", 0, 864000000,
		"a reported hole is filled again at most this often"},
	{"direct", CONFIG_BOOL, L(direct), false, "false", 0, 0,
		"no guard of this system stands in between: the other zone's own station hands in and takes, "
		"as "
		"behind the exchange folders of another product"},
	{"out_folder", CONFIG_PATH, L(out_folder), false, NULL, 0, 0,
		"exchange folder that another product takes files from, in place of SPOOL/LINK/out"},
	{"in_folder", CONFIG_PATH, L(in_folder), false, NULL, 0, 0,
		"exchange folder that another product puts files into, in place of SPOOL/LINK/in"},
	{"quiet", CONFIG_BOOL, L(quiet), false, "false", 0, 0,
		"the incoming folder tells of nothing (network file systems): it is looked through every "
		"scan"},
	{"scan", CONFIG_TIME, L(scan_ms), false, "500ms", 10, 3600000,
		"the incoming folder is looked through at least this often"},
	{"settle", CONFIG_TIME, L(settle_ms), false, "2s", 0, 86400000,
		"a file that is not whole is refused only so long after its last change"},
	{"missing", CONFIG_TIME, L(missing_ms), false, "5s", 0, 864000000,
		"a number that did not come in this time is called missing"},
	{"slow", CONFIG_TIME, L(slow_ms), false, "0ms", 0, 8640000000,
		"the peer is called slow when it acknowledged nothing for so long; 0 never"},
	{"sent_max", CONFIG_SIZE, L(sent_max), false, "64G", 0, 0x7fffffffffff,
		"sent/ holds at most so much; when the peer's backup does not cover it nothing more is sent; "
		"0 no "
		"limit"},
	{"queue_max", CONFIG_INT, L(queue_max), false, "1000000", 0, 1000000000,
		"messages that may wait before those who make them are refused; 0 no limit"},
	{"keep", CONFIG_TIME, L(keep_ms), false, "0ms", 0, 315360000000,
		"what is in the peer's backup is kept so long for a rebuild; 0 for ever"},
	{"idle", CONFIG_TIME, L(idle_ms), false, "30d", 0, 315360000000,
		"an order key that was not used for so long is closed and forgotten on both ends; 0 never"},
	{"remember", CONFIG_TIME, L(remember_ms), false, "400d", 0, 315360000000,
		"verdicts and identities are remembered so long; 0 for ever"},
};
#undef L

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ZONE_OFFSET ((sizeof(struct settings) + 15) & ~(size_t)15)

struct settings_file {
	struct config_field *table;
	char *names[SETTINGS_LINKS_MAX * COUNT(link_fields)];
	size_t nnames;
	uint8_t *values;
};

static int table_build(const struct service_def *def, struct settings_file *f)
{
	size_t nzone = 0, n = 0;
	while (def->config && def->config[nzone].key)
		nzone++;
	REQUIRE(def->nlinks <= SETTINGS_LINKS_MAX);
	f->table =
		calloc(COUNT(common_fields) + def->nlinks * COUNT(link_fields) + nzone + 1, sizeof *f->table);
	if (!f->table)
		return ERR_NOMEM;
	for (size_t i = 0; i < COUNT(common_fields); i++)
		f->table[n++] = common_fields[i];
	for (size_t l = 0; l < def->nlinks; l++)
		for (size_t i = 0; i < COUNT(link_fields); i++) {
			char *name = NULL;
			if (asprintf(&name, "%s.%s", def->links[l].link, link_fields[i].key) < 0)
				return ERR_NOMEM;
			f->names[f->nnames++] = name;
			f->table[n] = link_fields[i];
			f->table[n].key = name;
			f->table[n].required = link_fields[i].required && !def->links[l].optional;
			f->table[n].offset +=
				offsetof(struct settings, links) + l * sizeof(struct settings_link);
			n++;
		}
	for (size_t i = 0; i < nzone; i++) {
		f->table[n] = def->config[i];
		f->table[n++].offset += ZONE_OFFSET;
	}
	return 0;
}

/* A link that sends needs a recipient, one that receives a pinned CA, one behind a guard the origin's CA. */
static int values_check(
	const struct service_def *def, const struct settings *s, const char *file, struct err_note *note)
{
	size_t absent = 0;
	for (size_t l = 0; l < def->nlinks; l++) {
		const struct service_link *d = &def->links[l];
		const struct settings_link *c = &s->links[l];
		if (!c->spool) {
			absent++;
			continue;
		}
		const char *missing = d->out_to && !c->recipient                      ? "recipient"
				      : d->in_from && !c->in_ca                       ? "in_ca"
				      : d->origin_from && !c->direct && !c->origin_ca ? "origin_ca"
										      : NULL;
		if (missing)
			return err_set(note, ERR_CONFIG, "%s: %s.%s: missing", file, d->link, missing);
	}
	if (def->nlinks && absent == def->nlinks)
		return err_set(note, ERR_CONFIG, "%s: %s.spool: missing", file, def->links[0].link);
	for (size_t l = 0; l < def->nlinks; l++)
		if (def->links[l].zone && s->links[l].spool && absent + 1 < def->nlinks)
			return err_set(note, ERR_CONFIG, "%s: %s: not beside another link", file,
				def->links[l].link);
	if (!s->open_old != !s->open_old_cert)
		return err_set(
			note, ERR_CONFIG, "%s: keys.open_old and keys.open_old_cert go together", file);
	if (!format_division(s->division))
		return err_set(note, ERR_CONFIG, "%s: division: %.20s is none", file, s->division);
	for (size_t i = 0; i < s->divisions.n; i++) {
		const char *d = s->divisions.v[i];
		size_t k = 0;
		while (k < i && strcmp(s->divisions.v[k], d) != 0)
			k++;
		if (!format_division(d) || k < i || strcmp(d, s->division) == 0)
			return err_set(note, ERR_CONFIG, "%s: divisions: %.20s %s", file, d,
				format_division(d) ? "stands twice" : "is none");
	}
	if (!suite_by_name(s->suite))
		return err_set(
			note, ERR_CONFIG, "%s: suite: unknown suite \"%s\" (gm or intl)", file, s->suite);
	return db_path_check(s->database, note);
}

int settings_load(
	const struct service_def *def, const char *file, struct settings_file **out, struct err_note *note)
{
	struct settings_file *f = calloc(1, sizeof *f);
	int rc = ERR_NOMEM;
	if (!f)
		goto out;
	f->values = calloc(1, ZONE_OFFSET + def->config_size);
	if (!f->values)
		goto out;
	rc = table_build(def, f);
	if (rc == 0)
		rc = config_load(file, f->table, f->values, note);
	if (rc == 0)
		rc = values_check(def, settings_get(f), file, note);
	if (rc == 0) {
		*out = f;
		f = NULL;
	}
out:
	settings_free(f);
	return rc;
}

const struct settings *settings_get(const struct settings_file *f)
{
	return (const struct settings *)(const void *)f->values;
}

void *settings_zone(struct settings_file *f)
{
	return f->values + ZONE_OFFSET;
}

void settings_print(const struct settings_file *f)
{
	config_print(f->table, f->values);
}

void settings_free(struct settings_file *f)
{
	if (!f)
		return;
	if (f->table && f->values)
		config_free_fields(f->table, f->values);
	for (size_t i = 0; i < f->nnames; i++)
		free(f->names[i]);
	free(f->table);
	free(f->values);
	free(f);
}
