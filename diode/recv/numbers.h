/* Which sequence numbers of one session were heard: each once, and how many did not come. Those of a window
 * are told apart one by one; what lies behind it counts as heard. */
#ifndef SW_DIODE_NUMBERS_H
#define SW_DIODE_NUMBERS_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>

#define NUMBERS_WINDOW (UINT64_C(1) << 18)
struct numbers;
/* A session whose first number heard is `first`, which numbers_note is told of next; numbers up to `floor`
 * were heard before we forgot the session. from_start: those before `first` are ours to miss; if not, nothing
 * is counted as lost before numbers_trust. NULL without memory. */
struct numbers *numbers_new(uint64_t first, uint64_t floor, bool from_start);
void numbers_free(struct numbers *n);
/* Heard before, or too old to tell. */
bool numbers_seen(const struct numbers *n, uint64_t number);
/* Heard now; not seen before. */
void numbers_note(struct numbers *n, uint64_t number);
/* Came, and nobody looks at it: it is not lost. Nothing happens when it lies more than a window ahead. */
void numbers_spare(struct numbers *n, uint64_t number);
/* What was not heard up to here is lost. */
void numbers_settle(struct numbers *n, uint64_t to);
/* What is missing from here on did not come before us. */
void numbers_trust(struct numbers *n);
uint64_t numbers_highest(const struct numbers *n);
uint64_t numbers_lost(const struct numbers *n);
#endif
