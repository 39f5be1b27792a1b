/* Who asked another zone (exchange_ask) and waits for the answer: in no table, forgotten at the deadline. */
#ifndef SW_EXCHANGE_ASKS_H
#define SW_EXCHANGE_ASKS_H
#include "common/exchange/exchange_impl.h"

SW_MUST_USE int asks_new(struct asks **out);
void asks_free(struct asks *a); /* NULL is a no-op */
/* Whoever waits is told ERR_STOPPING. */
void asks_stop(struct asks *a);
/* What came for who asked question `id`: a message of that type with this body, or the error in its place. Of
 * another type than the catalogue answers the question with, it is ERR_TYPE. True when somebody waits, and
 * body is taken. */
bool asks_answer(
	struct asks *a, const struct uuid *id, const char *type, int rc, const char *text, json_t *body);
/* Tells those whose deadline has passed, forgets answers that nobody fetched. */
void asks_expire(struct asks *a);
#endif
