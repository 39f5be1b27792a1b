/* Layouts of documents as data: conf/documents/CODE.yaml says what stands on a document and which fields it
 * is made of; rules of the file are in conf/README.md. A layout prints every field it declares and no other.
 *
 * A document's data is an object of texts (its fields and number, office, date) and of lists of objects of
 * texts. */
#ifndef SW_DOCUMENT_LAYOUT_H
#define SW_DOCUMENT_LAYOUT_H
#include "common/base/json.h"
#include <stdbool.h>

#define LAYOUT_CODE 48
#define LAYOUT_VALUE_MAX 8192 /* bytes of one text */
#define LAYOUT_ROWS_MAX 2000  /* of one list */

struct layout_set;
struct layout;
/* Reads every *.yaml of a folder. ERR_CONFIG with "FILE:LINE:COLUMN: what"; ERR_NOTFOUND without the folder.
 */
SW_MUST_USE int layout_load(const char *folder, struct layout_set **out, struct err_note *note);
/* One layout from memory; name: how messages call it (its code is the name up to the dot). */
SW_MUST_USE int layout_parse(
	const char *name, struct view text, struct layout_set **out, struct err_note *note);
void layout_free(struct layout_set *s);
const struct layout *layout_find(const struct layout_set *s, const char *code); /* NULL unknown */
const struct layout *layout_at(const struct layout_set *s, size_t i);           /* NULL behind the last */
const char *layout_code(const struct layout *l);
const char *layout_zh(const struct layout *l);
const char *layout_en(const struct layout *l);
/* The checked file as plain values, borrowed: {"body":[…],"fields":[…] …}; for drawing. */
const json_t *layout_def(const struct layout *l);
/* Every field is there as a text, nothing else is, no text holds what a document cannot (controls).
 * ERR_SCHEMA naming it. */
SW_MUST_USE int layout_data_check(const struct layout *l, json_t *data, struct err_note *note);
/* "{name}" of `text` replaced, appended. row: of a list, its fields go first and {#} is its place; NULL none.
 */
SW_MUST_USE int layout_expand(
	const char *text, const json_t *data, const json_t *row, size_t n, struct buf *out);
#endif
