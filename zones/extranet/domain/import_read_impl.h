/* What the two forms of import_read.h share: the bytes of the source one by one, and the record they make. */
#ifndef REG_DOMAIN_IMPORT_READ_IMPL_H
#define REG_DOMAIN_IMPORT_READ_IMPL_H
#include "zones/extranet/domain/import_read.h"

#define END (-1)

struct import_reader {
	struct import_form form;
	import_more *more;
	void *arg;
	uint8_t bytes[65536];
	size_t n, at, line;
	int failed; /* of the source */
	char *columns[IMPORT_COLUMNS_MAX];
	size_t ncolumns;
	bool begun;  /* CSV: the header was read */
	bool values; /* SQL: inside VALUES of the wanted table */
	struct buf field;
};

/* The next byte, the one behind it, and the next one taken; END at the end and when the source failed. */
int import_peek(struct import_reader *r);
int import_ahead(struct import_reader *r);
int import_take(struct import_reader *r);
/* A byte more of the field. ERR_LIMIT. */
SW_MUST_USE int import_put(struct import_reader *r, int c);
/* The field as the name of column *n, which is counted. */
SW_MUST_USE int import_column(struct import_reader *r, size_t *n, struct err_note *note);
void import_columns_drop(struct import_reader *r);
/* The field as column n of the record; *bytes: of the record so far. `null`: no value. */
SW_MUST_USE int import_record_put(
	struct import_reader *r, size_t n, bool null, json_t *record, size_t *bytes, struct err_note *note);

/* The next record of each form: 1, or 0 at the end. */
SW_MUST_USE int import_csv_next(struct import_reader *r, json_t *record, size_t *line, struct err_note *note);
SW_MUST_USE int import_sql_next(struct import_reader *r, json_t *record, size_t *line, struct err_note *note);
#endif
