#include "common/db/db_pg_value.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int number_text(const struct db_value *v, uint8_t scratch[static PG_SCRATCH], const char **p)
{
	*p = (const char *)scratch;
	return v->kind == DB_INT ? snprintf((char *)scratch, PG_SCRATCH, "%lld", (long long)v->i)
				 : snprintf((char *)scratch, PG_SCRATCH, "%.15g", v->r);
}

static int put64(uint64_t bits, uint8_t scratch[static PG_SCRATCH], const char **p)
{
	bits = htobe64(bits);
	memcpy(scratch, &bits, sizeof bits);
	*p = (const char *)scratch;
	return sizeof bits;
}

static int encode_number(const struct db_value *v, Oid type, uint8_t scratch[static PG_SCRATCH],
	const char **p, int *length, int *format)
{
	*format = 1;
	if (type == PG_INT8 && v->kind == DB_INT) {
		*length = put64((uint64_t)v->i, scratch, p);
	} else if (type == PG_FLOAT8) {
		double r = v->kind == DB_INT ? (double)v->i : v->r;
		uint64_t bits;
		memcpy(&bits, &r, sizeof bits);
		*length = put64(bits, scratch, p);
	} else if (type == PG_BYTEA || type == PG_BOOL || (type == PG_INT8 && v->r != floor(v->r))) {
		return ERR_CONFLICT;
	} else {
		*format = 0;
		*length = number_text(v, scratch, p);
	}
	return 0;
}

int pg_value_encode(const struct db_value *v, Oid type, uint8_t scratch[static PG_SCRATCH], const char **p,
	int *length, int *format)
{
	switch (v->kind) {
	case DB_NULL:
		*p = NULL;
		*length = *format = 0;
		return 0;
	case DB_INT:
	case DB_REAL:
		return encode_number(v, type, scratch, p, length, format);
	case DB_TEXT:
		if (type == PG_BYTEA || memchr(v->v.p, 0, v->v.n))
			return ERR_CONFLICT;
		break;
	case DB_BLOB:
		if (type != PG_BYTEA)
			return ERR_CONFLICT;
		break;
	}
	*p = (const char *)v->v.p;
	*length = (int)v->v.n;
	/* A number written as text is read by the server. */
	*format = type == PG_BYTEA || type == PG_TEXT;
	return 0;
}

static uint64_t get(const char *p, size_t n)
{
	uint64_t out = 0;
	for (size_t i = 0; i < n; i++)
		out = out << 8 | (uint8_t)p[i];
	return out;
}

/* numeric: count, weight, sign, scale, then digits to the base of 10000; sums of integers come so. */
static double numeric(const char *p, size_t n)
{
	double out = 0;
	if (n < 8)
		return 0;
	int count = (int)get(p, 2), weight = (int16_t)get(p + 2, 2);
	for (int i = 0; i < count && (size_t)(8 + 2 * i + 2) <= n; i++)
		out += (double)get(p + 8 + 2 * i, 2) * pow(10000, weight - i);
	return get(p + 4, 2) == 0x4000 ? -out : out;
}

static int64_t numeric_int(const char *p, size_t n)
{
	int64_t out = 0;
	if (n < 8)
		return 0;
	int count = (int)get(p, 2), weight = (int16_t)get(p + 2, 2);
	for (int i = 0; i <= weight; i++) {
		int64_t digit =
			i < count && (size_t)(8 + 2 * i + 2) <= n ? (int64_t)get(p + 8 + 2 * i, 2) : 0;
		if (__builtin_mul_overflow(out, 10000, &out) || __builtin_add_overflow(out, digit, &out))
			return INT64_MAX;
	}
	return get(p + 4, 2) == 0x4000 ? -out : out;
}

static double float8(const char *p)
{
	uint64_t bits = get(p, 8);
	double r;
	memcpy(&r, &bits, sizeof r);
	return r;
}

int64_t pg_value_int(Oid type, const char *p, size_t n)
{
	switch (type) {
	case PG_BOOL:
		return p[0] != 0;
	case PG_INT2:
		return (int16_t)get(p, 2);
	case PG_INT4:
		return (int32_t)get(p, 4);
	case PG_INT8:
		return (int64_t)get(p, 8);
	case PG_FLOAT8:
		return (int64_t)float8(p);
	case PG_NUMERIC:
		return numeric_int(p, n);
	case PG_BYTEA:
		return 0;
	default:
		return strtoll(p, NULL, 10);
	}
}

double pg_value_real(Oid type, const char *p, size_t n)
{
	switch (type) {
	case PG_FLOAT8:
		return float8(p);
	case PG_NUMERIC:
		return numeric(p, n);
	case PG_BOOL:
	case PG_INT2:
	case PG_INT4:
	case PG_INT8:
	case PG_BYTEA:
		return (double)pg_value_int(type, p, n);
	default:
		return strtod(p, NULL);
	}
}

bool pg_value_is_bytes(Oid type)
{
	return type != PG_BOOL && type != PG_INT2 && type != PG_INT4 && type != PG_INT8 &&
	       type != PG_FLOAT8 && type != PG_NUMERIC;
}
