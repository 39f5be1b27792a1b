/* Identifiers and their text forms: UUIDv7 (RFC 9562), digests, hex, base64 (b64.h), time (RFC 3339 UTC). */
#ifndef SW_BASE_ID_H
#define SW_BASE_ID_H
#include "common/base/b64.h"
#include "common/base/buf.h"
#include <stdint.h>

struct digest {
	uint8_t b[32];
};                    /* SM3 or SHA-256, the suite tells */
#define DIGEST_HEX 65 /* text buffer size */
void digest_hex(const struct digest *d, char out[static DIGEST_HEX]);
SW_MUST_USE int digest_parse(const char *hex, struct digest *out); /* lower case, 64 digits; ERR_SYNTAX */
bool digest_eq(const struct digest *a, const struct digest *b);
bool digest_is_zero(const struct digest *d);

struct uuid {
	char s[37];
}; /* lower-case text */
/* New UUIDv7 from CLOCK_REALTIME and the system's randomness; never fails (aborts without randomness). */
struct uuid uuid_new(void);
bool uuid_valid(const char *s);

SW_MUST_USE int hex_add(struct buf *out, struct view v);
SW_MUST_USE int hex_parse(const char *hex, struct buf *out); /* appended; ERR_SYNTAX */

#define TIME_TEXT 25        /* "2026-11-24T03:42:00.123Z" + NUL */
int64_t time_now_ms(void);  /* CLOCK_REALTIME */
int64_t time_mono_ms(void); /* CLOCK_MONOTONIC */
/* Two clocks of one instant. */
struct time_mark {
	int64_t wall, boot;
};
void time_mark_now(struct time_mark *out);
/* By how much the clock of the day was set since then: what it went on by less what passed, sleep included. 0
 * for a mark of zeros. */
int64_t time_mark_jump(const struct time_mark *m);
void time_text(int64_t ms, char out[static TIME_TEXT]);
SW_MUST_USE int time_parse(const char *s, int64_t *ms); /* exactly that form */
/* Calendar date in China Standard Time (UTC+8, no daylight saving): "2026-11-24". */
void time_date_cst(int64_t ms, char out[static 11]);

void random_bytes(void *p, size_t n); /* getrandom; aborts on failure */
#endif
