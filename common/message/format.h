/* Formats of the field with their check digits, and masks. Pure functions. */
#ifndef SW_MESSAGE_FORMAT_H
#define SW_MESSAGE_FORMAT_H
#include "common/base/buf.h"
#include <stdbool.h>

bool format_resident_id(
	const char *s); /* 居民身份证号 GB 11643, ISO 7064 MOD 11-2, real date, known province */
char format_resident_check(const char *s); /* the 18th character of its first 17 digits */
bool format_uscc(const char *s);           /* 统一社会信用代码 GB 32100 */
bool format_identity_no(const char *s);    /* one of the two */
bool format_unit_code(const char *s);      /* 不动产单元代码 GB/T 37346, 28 characters */
bool format_division(const char *s);       /* 行政区划代码, 6 digits, known (GB/T 2260 table) */
const char *format_division_name(const char *code); /* NULL when unknown; static */
bool format_mobile(const char *s);
bool format_date(const char *s); /* YYYY-MM-DD, real */
bool format_certificate_no(const char *s); /* 省简称(年)市县全称不动产权第NNNNNNN号 or 不动产证明第… */
/* Masks of ../shared rules: name 张*丰, id 1101**********0014, phone 138****0000. Appended. */
bool format_plain(const char *s); /* no control character */
SW_MUST_USE int mask_name(const char *s, struct buf *out);
SW_MUST_USE int mask_id(const char *s, struct buf *out);
SW_MUST_USE int mask_phone(const char *s, struct buf *out);
SW_MUST_USE int mask_address(const char *s, struct buf *out); /* its first 18 bytes, *** for the rest */
#endif
