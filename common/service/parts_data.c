#include "common/service/parts_impl.h"

#include "common/audit/audit_mover.h"
#include "common/db/db_move.h"
#include "common/os/file.h"
#include <stdio.h>
#include <stdlib.h>

int parts_paths_make(struct parts *p, const struct settings *s)
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

void parts_paths_free(struct parts *p)
{
	char *paths[] = {p->db_path, p->blob_path, p->vault_path, p->audit_path, p->mark_path, p->tmp_path};
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		free(paths[i]);
}

int parts_database_open(
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
	int rc = parts_paths_make(&p, s);
	if (rc == 0)
		rc = hasher_new(suite_by_name("intl"), &m.all);
	if (rc == 0)
		rc = parts_database_open(&p, def, &db, note);
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
	parts_paths_free(&p);
	return rc;
}

int parts_init(const struct settings *s, struct err_note *note)
{
	struct parts p = {0};
	int rc = parts_paths_make(&p, s);
	if (rc == 0 && (rc = file_mkdirs(s->data, 0700)) < 0)
		rc = err_set(note, rc, "%s: cannot be made", s->data);
	if (rc == 0)
		rc = vault_init(suite_by_name(s->suite), s->master, p.vault_path, note);
	parts_paths_free(&p);
	return rc;
}
