/* Which table of the book holds a right type 权利类型, and how its columns are called there. Pure. */
#ifndef REG_DOMAIN_RIGHT_H
#define REG_DOMAIN_RIGHT_H
#include "common/base/json.h"
#include <stdbool.h>

/* Owner tables: ownership and use rights, of which one is in force for a unit. */
struct right_owner {
	const char *table;
	const char *from, *to; /* term of the right; NULL none */
	const char *area;      /* cm²; NULL none */
	const char *price;     /* cents; NULL none */
	const char *object;    /* 抵押不动产类型 of a mortgage on it */
};
const struct right_owner *right_owner_find(const char *table); /* NULL when it is none */
const struct right_owner *right_owner_at(size_t i);            /* NULL behind the last */
/* 权利类型 1…18 (registration_type 100); NULL for others. */
const struct right_owner *right_owner_of_type(int right_type);
/* The owner row among rows {"fdcq2":[…] …}, NULL none; *owner its table. */
const json_t *right_owner_row(const json_t *rows, const struct right_owner **owner);
/* Does a table's row carry bdcdjzmh (a proof) instead of bdcqzh (a title)? */
bool right_has_proof(const char *table);
/* Column with the paper's number: bdcqzh, bdcdjzmh, or NULL. */
const char *right_paper_column(const char *table);
/* Holders (qlr rows) of the right row `bsm` among `rows`: array, new reference. */
json_t *right_holders(const json_t *rows, int64_t bsm);
#endif
