/* The digests of the register's log, as the copy recomputes them: independent of the registry's own code.
 * A log row (djlog) lists the rows of its entry (mx), with the digest of each as it was inserted (+) or when
 * it ended (-); zy is over the list, and lz over the row with the lz of the log row before it. Pure. */
#ifndef CAD_DOMAIN_CHAIN_H
#define CAD_DOMAIN_CHAIN_H
#include "common/base/json.h"
#include "common/crypto/suite.h"

/* xh: log rows are numbered from 1, without gaps. */
int64_t chain_number(const json_t *log_row);
/* Key of a row in the copy: twelve digits. */
void chain_key(int64_t number, char out[static 16]);
/* zy is right, and lz behind `before` (lz of the log row before, "" for the first; NULL: not known, not
 * looked at). ERR_DIGEST with which. */
SW_MUST_USE int chain_check(
	const struct suite *s, const char *before, const json_t *log_row, struct err_note *note);
/* Adds what the log row lists to `listed`: "TABLE/KEY": {"op","digest","salt"}. ERR_SCHEMA. */
SW_MUST_USE int chain_list(const json_t *log_row, json_t *listed, struct err_note *note);
/* Whether a row (canonical text) is the listed one. ERR_DIGEST: it is not, or none is listed under that key.
 */
SW_MUST_USE int chain_row(const struct suite *s, const json_t *listed, const char *table, const char *key,
	const char *row, struct err_note *note);
#endif
