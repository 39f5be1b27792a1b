#include "zones/extranet/transfer/data.h"

#include "common/log/log.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 64
#define LINE_MAX_BYTES 65536

struct batch {
	struct registry *r;
	json_t *lines[BATCH];
	size_t n, first_line;
	struct err_note note;
};

static int line_store(struct batch *b, struct db_tx *tx, size_t i, json_t *rows)
{
	const struct book_table *t = book_table_find(json_str(b->lines[i], "table"));
	json_t *row = json_object_get(b->lines[i], "row"), *back = NULL;
	struct buf key, text;
	if (!t)
		return err_set(&b->note, ERR_SCHEMA, "line %zu: table: unknown", b->first_line + i);
	buf_init(&key, 128);
	buf_init(&text, LINE_MAX_BYTES);
	struct err_note why = {0};
	int rc = book_insert(tx, b->r->service->vault, t, row, &why);
	if (rc == 0)
		rc = book_key(t, row, &key);
	if (rc == 0)
		rc = book_get(tx, b->r->service->vault, t, (const char *)key.p, &back);
	if (rc == 0)
		rc = json_canon(back, &text);
	if (rc == 0)
		json_array_append_new(rows, json_pack("{s:s,s:s,s:s}", "table", book_table_name(t), "key",
						    (const char *)key.p, "row", (const char *)text.p));
	else
		err_set(&b->note, rc, "line %zu: %.180s", b->first_line + i,
			why.err ? why.text : err_text(rc));
	json_decref(back);
	buf_fini(&key);
	buf_fini(&text);
	return rc;
}

static int batch_store(struct db_tx *tx, void *arg)
{
	struct batch *b = arg;
	json_t *rows = json_array();
	int rc = rows ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < b->n; i++)
		rc = line_store(b, tx, i, rows);
	if (rc == 0)
		rc = progress_put_entry(b->r, tx, "import", rows);
	if (rc == 0)
		rc = audit_record(tx, "import", "book.import", "import", NULL);
	json_decref(rows);
	return rc;
}

static int batch_flush(struct batch *b)
{
	int rc = b->n ? db_write(b->r->service->db, b->r->service->tenant, batch_store, b) : 0;
	for (size_t i = 0; i < b->n; i++)
		json_decref(b->lines[i]);
	b->first_line += b->n;
	b->n = 0;
	return rc;
}

static int import_file(struct batch *b, FILE *f)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int rc = 0;
	while (rc == 0 && (n = getline(&line, &size, f)) > 0) {
		struct err_note why = {0};
		rc = json_parse(view_of(line, (size_t)n), LINE_MAX_BYTES, &b->lines[b->n], &why);
		if (rc < 0)
			err_set(&b->note, rc, "line %zu: %.200s", b->first_line + b->n, why.text);
		else if (++b->n == BATCH)
			rc = batch_flush(b);
	}
	if (rc == 0)
		rc = batch_flush(b);
	if (line)
		buf_wipe(line, size);
	free(line);
	return rc;
}

int data_import(struct service *s, int argc, char **argv)
{
	struct registry r = {.service = s, .config = s->config};
	struct batch b = {.r = &r, .first_line = 1};
	if (argc != 1) {
		fprintf(stderr, "USAGE: import FILE\n");
		return 2;
	}
	FILE *f = fopen(argv[0], "re");
	if (!f) {
		fprintf(stderr, "NOTFOUND: %s\n", argv[0]);
		return 1;
	}
	int rc = import_file(&b, f);
	fclose(f);
	if (rc < 0) {
		if (!b.note.err)
			err_set(&b.note, rc, "%s", err_text(rc));
		return log_refusal(&b.note);
	}
	printf("%zu rows\n", b.first_line - 1);
	return 0;
}

struct dump {
	struct service *s;
	const char *table;
};

static int dump_row(void *arg, const char *key, json_t *row)
{
	const struct dump *d = arg;
	struct buf text;
	struct digest digest;
	char hex[DIGEST_HEX];
	buf_init(&text, 1 << 20);
	int rc = json_canon(row, &text);
	if (rc == 0) {
		digest_of(d->s->suite, buf_view(&text), &digest);
		digest_hex(&digest, hex);
		printf("%s %s %s\n", d->table, key, hex);
	}
	buf_fini(&text);
	return rc;
}

static int dump_all(struct db_tx *tx, void *arg)
{
	struct dump d = {.s = arg};
	int rc = 0;
	for (size_t i = 0; rc == 0 && book_table_at(i); i++) {
		d.table = book_table_name(book_table_at(i));
		rc = book_each(tx, d.s->vault, book_table_at(i), dump_row, &d);
	}
	return rc;
}

int data_dump(struct service *s, int argc, char **argv)
{
	(void)argv;
	if (argc != 0) {
		fprintf(stderr, "USAGE: dump\n");
		return 2;
	}
	int rc = db_read(s->db, s->tenant, dump_all, s);
	if (rc < 0)
		return log_refusal(&(struct err_note){.err = rc});
	return 0;
}
