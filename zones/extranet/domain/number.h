/* Numbers that people see. Pure. */
#ifndef REG_DOMAIN_NUMBER_H
#define REG_DOMAIN_NUMBER_H
#include "common/base/buf.h"
#include <stdbool.h>
#include <stdint.h>

#define NUMBER_CASE 24
/* 业务号: division, date, running number of that day: "1101012026112400001". Never 18 digits: it would
 * pass for an identity number. date: YYYY-MM-DD. */
void number_case(const char *division, const char *date, int64_t n, char out[static NUMBER_CASE]);
#define NUMBER_CERTIFICATE 128
/* "京(2026)东城区不动产权第0000001号", a proof "…不动产证明第0000001号": series per office, kind and year, 7
 * digits. ERR_RANGE past 9,999,999. */
SW_MUST_USE int number_certificate(bool proof, const char *province, const char *year, const char *place,
	int64_t n, char out[static NUMBER_CERTIFICATE]);
/* Is it a number of this office's series? Then its kind, year and running number. */
bool number_parse(const char *text, const char *province, const char *place, bool *proof, char year[static 5],
	int64_t *n);
#endif
