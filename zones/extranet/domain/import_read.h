/* Records of an existing register as other systems give them: CSV (RFC 4180, first record names the columns)
 * or the INSERT statements of a SQL dump. A record that cannot be read is refused alone, and reading goes on
 * behind it. Bytes come as UTF-8. Pure. */
#ifndef REG_DOMAIN_IMPORT_READ_H
#define REG_DOMAIN_IMPORT_READ_H
#include "common/base/json.h"

#define IMPORT_COLUMNS_MAX 256
#define IMPORT_FIELD_MAX (1 << 20)
#define IMPORT_RECORD_MAX (4 << 20)

struct import_form {
	bool sql;
	char separator; /* of CSV */
	bool backslash; /* of SQL: \' \\ \n in strings, as MySQL writes them */
	char table[65]; /* of SQL: whose INSERTs are read */
};
/* Up to n bytes; 0 the end, negative ERR_*. */
typedef int64_t import_more(void *arg, uint8_t *p, size_t n);
struct import_reader;
SW_MUST_USE int import_reader_new(
	const struct import_form *f, import_more *more, void *arg, struct import_reader **out);
void import_reader_free(struct import_reader *r);
/* 1: *record {column: text or null} (new reference) and the line it begins in; 0: the end. ERR_SYNTAX,
 * ERR_LIMIT: the record at *line is refused with note. What `more` failed with ends the reading. */
SW_MUST_USE int import_reader_next(
	struct import_reader *r, json_t **record, size_t *line, struct err_note *note);
/* Failed for good (the source itself). */
bool import_reader_broken(const struct import_reader *r);
#endif
