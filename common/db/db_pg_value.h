/* Values as PostgreSQL's binary protocol has them. */
#ifndef SW_DB_DB_PG_VALUE_H
#define SW_DB_DB_PG_VALUE_H
#include "common/db/db_impl.h"
#include <libpq-fe.h>

/* Types of this project's columns and of expressions over them (pg_type.dat of the server). */
enum {
	PG_BOOL = 16,
	PG_BYTEA = 17,
	PG_INT8 = 20,
	PG_INT2 = 21,
	PG_INT4 = 23,
	PG_TEXT = 25,
	PG_FLOAT8 = 701,
	PG_NUMERIC = 1700
};
#define PG_SCRATCH 24

/* A parameter of the type as the protocol takes it. `scratch` holds numbers; a text points to v's bytes,
 * which end with NUL. *format: 1 binary, 0 text. ERR_CONFLICT: the type cannot hold it, as a STRICT table
 * would refuse it. */
SW_MUST_USE int pg_value_encode(const struct db_value *v, Oid type, uint8_t scratch[static PG_SCRATCH],
	const char **p, int *length, int *format);
/* A column in binary format. Numbers as the nearest, texts that hold a number as that. */
int64_t pg_value_int(Oid type, const char *p, size_t n);
double pg_value_real(Oid type, const char *p, size_t n);
/* Whether its bytes are the text or blob itself. */
bool pg_value_is_bytes(Oid type);
#endif
