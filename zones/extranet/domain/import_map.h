/* The mapping of an existing register: a YAML file that says which column of which file becomes which column
 * of the book (man 5 registryd-import). It is checked against the book's columns before anything is read.
 * Pure but for reading the file. */
#ifndef REG_DOMAIN_IMPORT_MAP_H
#define REG_DOMAIN_IMPORT_MAP_H
#include "zones/extranet/domain/import_read.h"

#define IMPORT_SOURCES_MAX 32
#define IMPORT_NAME 129 /* of a column of a source */

struct import_map;
struct import_source;
/* ERR_CONFIG with FILE:LINE:COLUMN. */
SW_MUST_USE int import_map_load(const char *file, struct import_map **out, struct err_note *note);
SW_MUST_USE int import_map_read(
	const char *name, struct view text, struct import_map **out, struct err_note *note);
void import_map_free(struct import_map *m);
const char *import_map_origin(const struct import_map *m); /* where the data come from, for the log */
const char *import_map_report(
	const struct import_map *m); /* file of refused records, relative to the mapping */
const char *import_map_graphics(const struct import_map *m); /* folder for graphics, ""; relative likewise */
const struct import_source *import_map_source(
	const struct import_map *m, size_t i); /* NULL behind the last */
const char *import_source_name(const struct import_source *s);
const char *import_source_file(const struct import_source *s);
bool import_source_gb18030(const struct import_source *s);
const struct import_form *import_source_form(const struct import_source *s);
/* Rows of the book that a record makes: [{"table","id","of","row"}], all of one unit. ERR_SCHEMA: column (of
 * the source) and note say why it is refused. *ring: of its graphics, NULL none. */
struct import_made {
	json_t *rows, *ring;
	char unit[29], column[IMPORT_NAME];
};
SW_MUST_USE int import_source_make(
	const struct import_source *s, const json_t *record, struct import_made *out, struct err_note *note);
void import_made_fini(struct import_made *m);
#endif
