#include "zones/extranet/transfer/import_register.h"

#include "common/log/log.h"
#include "common/os/file.h"
#include "zones/extranet/store/paper.h"
#include "zones/extranet/transfer/import_impl.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPORT_MAX (256 << 20)

struct account {
	struct import_run *i;
	enum import_state state, to;
	json_t *counts;
	struct buf report;
	int64_t refused;
};

/* ---- the run's name: the same files go on where they were, other files are another run */
static int file_digest(struct import_run *i, const char *name, struct buf *all)
{
	char path[4400], hex[DIGEST_HEX];
	uint8_t bytes[65536];
	struct digest d;
	size_t n;
	snprintf(path, sizeof path, "%s/%s", i->folder, name);
	FILE *f = fopen(path, "re");
	if (!f)
		return err_set(&i->note, ERR_NOTFOUND, "%s", path);
	/* A digest of digests, piece by piece. */
	struct buf pieces;
	buf_init(&pieces, 64 << 20);
	int rc = 0;
	while (rc == 0 && (n = fread(bytes, 1, sizeof bytes, f)) > 0) {
		digest_of(i->r->service->suite, view_of(bytes, n), &d);
		rc = buf_add(&pieces, d.b, sizeof d.b);
	}
	fclose(f);
	digest_hex_of(i->r->service->suite, buf_view(&pieces), hex);
	buf_fini(&pieces);
	return rc == 0 ? buf_addf(all, "%s %s\n", name, hex) : rc;
}

static int run_name(struct import_run *i, const char *mapping)
{
	struct buf all;
	char hex[DIGEST_HEX];
	buf_init(&all, 1 << 20);
	int rc = file_digest(i, mapping, &all);
	for (size_t k = 0; rc == 0 && import_map_source(i->map, k); k++)
		rc = file_digest(i, import_source_file(import_map_source(i->map, k)), &all);
	digest_hex_of(i->r->service->suite, buf_view(&all), hex);
	snprintf(i->name, sizeof i->name, "%s%.24s", i->dry ? "trial-" : "", hex);
	buf_fini(&all);
	return rc;
}

/* ---- transactions */
static int begin(struct db_tx *tx, void *arg)
{
	struct account *a = arg;
	int rc = a->i->dry ? import_forget(tx, a->i->name) : 0; /* of a trial that was stopped */
	return rc == 0 ? import_begin(tx, a->i->name, import_map_origin(a->i->map), &a->state) : rc;
}

static int advance(struct db_tx *tx, void *arg)
{
	struct account *a = arg;
	return import_set_state(tx, a->i->name, a->to);
}

/* Numbers below the highest ones taken in, which nobody has, are void: the series have no gaps. */
static int finish(struct db_tx *tx, void *arg)
{
	struct account *a = arg;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	int rc = paper_fill(tx, &registry_office(a->i->r, tx)->paper, "import", at);
	if (rc == 0)
		rc = import_set_state(tx, a->i->name, IMPORT_DONE);
	return rc == 0 ? audit_record(tx, "import", "register.imported", a->i->name, NULL) : rc;
}

static int report_line(void *arg, json_t *row)
{
	struct account *a = arg;
	int rc = json_canon(row, &a->report);
	a->refused++;
	return rc == 0 ? buf_add_str(&a->report, "\n") : rc;
}

static int account_look(struct db_tx *tx, void *arg)
{
	struct account *a = arg;
	json_decref(a->counts);
	a->counts = NULL;
	a->refused = 0;
	buf_reset(&a->report);
	int rc = import_counts(tx, a->i->name, &a->counts);
	return rc == 0 ? import_refused(tx, a->i->name, report_line, a) : rc;
}

static int forget(struct db_tx *tx, void *arg)
{
	const struct account *a = arg;
	return import_forget(tx, a->i->name);
}

/* ---- what is told */
static int account_tell(struct account *a)
{
	char path[4400];
	size_t k;
	const json_t *c;
	int64_t read = 0, taken = 0, refused = 0;
	snprintf(path, sizeof path, "%s/%s", a->i->folder, import_map_report(a->i->map));
	int rc = file_write(AT_FDCWD, path, 0640, buf_view(&a->report), "import.report");
	if (rc < 0)
		return err_set(&a->i->note, rc, "%s: %s", path, err_text(rc));
	json_array_foreach(a->counts, k, c)
	{
		printf("%s: read %lld, taken %lld, refused %lld\n", json_str(c, "source"),
			(long long)json_int(c, "read"), (long long)json_int(c, "taken"),
			(long long)json_int(c, "refused"));
		read += json_int(c, "read");
		taken += json_int(c, "taken");
		refused += json_int(c, "refused");
	}
	printf("%sread %lld = taken %lld + refused %lld, graphics %lld, refused ones in %s\n",
		a->i->dry ? "trial, nothing kept: " : "", (long long)read, (long long)taken,
		(long long)refused, (long long)a->i->graphics, path);
	return read == taken + refused && refused == a->refused
		       ? 0
		       : err_set(&a->i->note, ERR_BUG, "the counts do not agree");
}

static int steps_run(struct import_run *i, struct account *a)
{
	struct service *s = i->r->service;
	int rc = db_write(s->db, s->tenant, begin, a);
	if (rc == 0 && a->state == IMPORT_READING) {
		rc = import_step_read(i);
		a->to = IMPORT_WRITING;
		if (rc == 0)
			rc = db_write(s->db, s->tenant, advance, a);
	}
	if (rc == 0 && a->state != IMPORT_DONE)
		rc = import_step_write(i);
	if (rc == 0 && a->state != IMPORT_DONE && !i->dry)
		rc = db_write(s->db, s->tenant, finish, a);
	if (rc == 0)
		rc = db_read(s->db, s->tenant, account_look, a);
	if (rc == 0)
		rc = account_tell(a);
	if (i->dry && rc == 0)
		rc = db_write(s->db, s->tenant, forget, a);
	return rc;
}

int import_register_command(struct service *s, int argc, char **argv)
{
	struct registry r = {.service = s, .config = s->config};
	struct import_run i = {.r = &r, .dry = argc == 2 && strcmp(argv[0], "dry") == 0};
	struct account a = {.i = &i};
	struct import_map *map = NULL;
	struct cert *to = NULL;
	if (argc != 1 + i.dry) {
		fprintf(stderr, "USAGE: import-register [dry] MAPPING.yaml\n");
		return 2;
	}
	const char *file = argv[argc - 1], *slash = strrchr(file, '/');
	snprintf(i.folder, sizeof i.folder, "%.*s", slash ? (int)(slash - file) : 1, slash ? file : ".");
	buf_init(&a.report, REPORT_MAX);
	int rc = offices_load(s, r.config->office_files, &r.offices, &i.note);
	if (rc == 0)
		rc = import_map_load(file, &map, &i.note);
	i.map = map;
	if (rc == 0)
		rc = cert_load_pinned(r.config->graphics_recipient, CERT_ENCRYPT, &to, &i.note);
	i.graphics_to = to;
	if (rc == 0)
		rc = run_name(&i, slash ? slash + 1 : file);
	if (rc == 0 && i.dry)
		rc = import_seen_new(&i.seen);
	if (rc == 0)
		rc = steps_run(&i, &a);
	import_seen_free(i.seen);
	cert_free(to);
	import_map_free(map);
	json_decref(a.counts);
	buf_fini(&a.report);
	offices_free(r.offices);
	if (rc < 0 && !i.note.err)
		err_set(&i.note, rc, "%s", err_text(rc));
	return rc < 0 ? log_refusal(&i.note) : a.refused > 0;
}
