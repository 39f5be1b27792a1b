#include "zones/intranet/transfer/data.h"

#include "common/crypto/envelope.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include "common/service/book_dump.h"
#include "zones/intranet/cadastre.h"
#include "zones/intranet/store/copy.h"
#include "zones/intranet/store/parcel.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES_MAX (1 << 20)
#define SEALED_MAX (512 << 20)

/* A ring in millimetres becomes the GeoJSON that the window hands in. */
static int ring_read(const json_t *line, struct geometry **out, struct err_note *note)
{
	struct geometry_parcel one[GEOMETRY_PARCELS_MAX];
	struct buf text;
	size_t i, n = 0;
	const json_t *p;
	buf_init(&text, LINE_BYTES_MAX);
	int rc = buf_add_str(&text,
		"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
		"\"parcel_code\":"
		"\"0000000000000000000\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
	json_array_foreach(json_object_get(line, "ring"), i, p)
	{
		if (rc == 0)
			rc = buf_addf(&text, "%s[%.3f,%.3f]", i ? "," : "",
				(double)json_integer_value(json_array_get(p, 0)) / 1000.0,
				(double)json_integer_value(json_array_get(p, 1)) / 1000.0);
	}
	if (rc == 0)
		rc = buf_add_str(&text, "]]}}]}");
	if (rc == 0)
		rc = geometry_from_geojson(buf_view(&text), one, &n, note);
	if (rc == 0)
		*out = one[0].shape;
	buf_fini(&text);
	return rc;
}

struct import {
	FILE *f;
	size_t line;
	struct err_note note;
};

static int feature_store(struct db_tx *tx, const json_t *line, struct err_note *note)
{
	struct geometry *g = NULL;
	const char *kind = json_str(line, "kind"), *code = json_str(line, "code");
	int rc = ring_read(line, &g, note);
	if (rc < 0)
		return rc;
	if (strcmp(kind, "parcel") == 0)
		rc = parcel_insert(tx, code, g, "import");
	else if (strcmp(kind, "building") == 0)
		rc = parcel_add_building(tx, code, g, json_int(line, "floors"));
	else if (strcmp(kind, "division") == 0)
		rc = parcel_set_division(tx, g);
	else
		rc = err_set(note, ERR_SCHEMA, "kind: division, parcel or building");
	geometry_free(g);
	return rc;
}

static int import_run(struct db_tx *tx, void *arg)
{
	struct import *im = arg;
	char *text = NULL;
	size_t size = 0;
	ssize_t n;
	int rc = 0;
	rewind(im->f);
	im->line = 0;
	while (rc == 0 && (n = getline(&text, &size, im->f)) > 0) {
		json_t *line = NULL;
		struct err_note why = {0};
		im->line++;
		rc = json_parse(view_of(text, (size_t)n), LINE_BYTES_MAX, &line, &why);
		if (rc == 0)
			rc = feature_store(tx, line, &why);
		if (rc < 0)
			err_set(&im->note, rc, "line %zu: %.200s", im->line,
				why.err ? why.text : err_text(rc));
		json_decref(line);
	}
	free(text);
	return rc == 0 ? audit_record(tx, "import", "cadastre.import", "import", NULL) : rc;
}

static int collect(void *cookie, struct view v)
{
	return buf_add_view(cookie, v);
}

/* A file that the extranet sealed to this zone's graphics key; opened in memory only. */
static int sealed_open(struct service *s, const struct buf *sealed, struct buf *plain, struct err_note *note)
{
	const struct cadastre_config *c = s->config;
	struct open_key *key = NULL;
	struct envelope_reader *r = NULL;
	int rc = open_key_load(c->graphics_key, c->graphics_cert, &key, note);
	if (rc == 0)
		rc = envelope_reader_new(key, NULL, collect, plain, &r);
	if (rc == 0)
		rc = envelope_read(r, buf_view(sealed));
	if (rc == 0)
		rc = envelope_read_finish(r);
	envelope_reader_free(r);
	open_key_free(key);
	return rc;
}

/* The file as it is, or what a sealed one holds. */
static int input_open(
	struct service *s, const char *path, struct buf *plain, FILE **out, struct err_note *note)
{
	uint8_t head[64];
	struct buf sealed;
	FILE *f = fopen(path, "re");
	if (!f)
		return err_set(note, ERR_NOTFOUND, "%s", path);
	size_t n = fread(head, 1, sizeof head, f);
	rewind(f);
	if (!envelope_is(view_of(head, n))) {
		*out = f;
		return 0;
	}
	fclose(f);
	buf_init(&sealed, SEALED_MAX);
	int rc = file_read(AT_FDCWD, path, SEALED_MAX, &sealed);
	if (rc == 0)
		rc = sealed_open(s, &sealed, plain, note);
	buf_fini(&sealed);
	if (rc == 0 && !(*out = fmemopen(plain->p, plain->n, "r")))
		rc = ERR_NOMEM;
	return rc < 0 && !note->err ? err_set(note, rc, "%s: %s", path, err_text(rc)) : rc;
}

int data_import(struct service *s, int argc, char **argv)
{
	struct import im = {0};
	struct buf plain;
	if (argc != 1) {
		fprintf(stderr, "USAGE: import FILE\n");
		return 2;
	}
	buf_init(&plain, SEALED_MAX);
	int rc = input_open(s, argv[0], &plain, &im.f, &im.note);
	/* One file, one transaction: all of it or nothing. */
	if (rc == 0)
		rc = db_write(s->db, s->tenant, import_run, &im);
	if (im.f)
		fclose(im.f);
	buf_fini(&plain);
	if (rc < 0) {
		if (!im.note.err)
			err_set(&im.note, rc, "%s", err_text(rc));
		return log_refusal(&im.note);
	}
	printf("%zu features\n", im.line);
	return 0;
}

static int dump_row(void *arg, const char *table, const char *key, struct view row)
{
	book_dump_row(arg, table, key, row);
	return 0;
}

static int dump_all(struct db_tx *tx, void *arg)
{
	const struct service *s = arg;
	return copy_each(tx, s->vault, dump_row, arg);
}

int data_dump(struct service *s, int argc, char **argv)
{
	(void)argv;
	return book_dump_command(s, argc, dump_all);
}
