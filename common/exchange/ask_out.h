/* A request or reply on its way out: a transient message, with a deadline and without order keys. */
#ifndef SW_EXCHANGE_ASK_OUT_H
#define SW_EXCHANGE_ASK_OUT_H
#include "common/exchange/exchange_impl.h"

struct ask_out {
	struct uuid id;
	struct buf bytes; /* canonical */
	int64_t deadline_ms;
};
/* Checked by the catalogue as the other side will: ERR_SCHEMA …, named in note. answers: id of the question,
 * "" none. out->bytes: caller's, buf_fini. */
SW_MUST_USE int ask_out_make(struct exchange *x, const struct link_state *l, const char *type,
	const char *tenant, const json_t *body, const char *answers, int64_t deadline_ms, struct ask_out *out,
	struct err_note *note);
#endif
