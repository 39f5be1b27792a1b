/* Hands what departments are told of a case (store/push.h) over to them, in a thread of its own: POST
 * URL/cases
 * {"statement","signature","certificate","files"}; the answer 200 {"receipt"} takes it. statement: canonical
 * JSON, signed by the office's seal: {"iss":"registry","to","push","event","at","office","division","case",
 * "application","business","business_version","business_name","unit_code","state"}; of accepted and changed
 * also "form" as its parties signed it, "signatures"
 * [{"party","signature","certificate","token","token_signature", "token_certificate"}] over its text, and
 * "contract" {"number","kind","statement","signature","certificate"}: the office's seal over the contract
 * that was filled in at the portal, whose PDF is in "files" {"contract": base64}; of entered "certificates",
 * their numbers. "push" names it: whoever has taken it answers a repeat with the same receipt. What is not
 * taken is told again, later each time, at most every ten minutes. */
#ifndef REG_TRANSFER_PUSHER_H
#define REG_TRANSFER_PUSHER_H
#include "zones/extranet/registry.h"

struct pusher;
/* Reads the tokens; asks nothing yet. ERR_CONFIG. */
SW_MUST_USE int pusher_new(struct registry *r, struct pusher **out, struct err_note *note);
SW_MUST_USE int pusher_start(struct pusher *p);
void pusher_free(struct pusher *p); /* stops it; NULL is a no-op */
void pusher_wake(void *arg);        /* arg: struct pusher *, NULL is a no-op; for db_after_commit */
#endif
