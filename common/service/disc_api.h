/* The disc ferry 光盘摆渡 over HTTP: what both of its sides offer. The ledger, the keys' use and the papers
 * are burner's: it is run without a shell and answers in JSON. */
#ifndef SW_SERVICE_DISC_API_H
#define SW_SERVICE_DISC_API_H
#include "common/http/http.h"
#include "common/service/ask.h"

/* Of one side; service.discs. */
struct disc_ferry {
	const char *burner, *store;
	const char *officer_keys; /* folder of NAME.person.key and NAME.person.pem; NULL: none here */
};
/* Runs burner with these arguments (the command first, NULL behind the last) on the side's ledger, and
 * replies with what it says. */
SW_MUST_USE int disc_reply(struct http_request *r, int status, const char *const *args, struct view in);
/* The same with the caller's own key, opened by body.passphrase. */
SW_MUST_USE int disc_reply_signed(struct http_request *r, int status, const char *const *args);
/* Asks without replying; *out is a new reference. */
SW_MUST_USE int disc_ask(const struct disc_ferry *f, const char *const *args, struct view in, json_t **out,
	struct err_note *note);
/* The disc of the route's ":id", or the blank of ":serial": only what may stand on a command line. Replies
 * and returns ERR_SCHEMA else. */
SW_MUST_USE int disc_param(struct http_request *r, const char *name, const char **out);
/* A text of the body, `other` where it is absent (NULL: it must be there). At most 200 bytes. */
SW_MUST_USE int disc_text(struct http_request *r, const char *key, const char *other, const char **out);

/* GET list, show (":id"), slip, label (PDF), book (":month", PDF); POST destroy {how, passphrase}, scrap
 * (":serial") {reason}. */
extern const char disc_schemas[]; /* what describes the first six and destroy (http.h) */
http_handler disc_list, disc_show, disc_slip, disc_label, disc_book, disc_destroy, disc_scrap;
#endif
