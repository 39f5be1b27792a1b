/* 集中申请端口 (guide 二(一)6): who hands in batches may be shut out for what was done wrong, and let in
 * again when it was put right. A closed port takes no batch, no row and no signature under one; what was
 * handed in before goes its way at the registry. */
#ifndef INTAKE_STORE_PORT_H
#define INTAKE_STORE_PORT_H
#include "common/service/service.h"

#define PORT_REASON_MAX 400
/* ERR_REFUSED, with when and why in the note: this account's port is closed. */
SW_MUST_USE int port_check(struct db_tx *tx, const char *owner, struct err_note *note);
/* Closed for this reason by this login. ERR_NOTFOUND: this account has no batch. ERR_EXISTS: closed already.
 */
SW_MUST_USE int port_close(struct db_tx *tx, const char *owner, const char *login, const char *reason);
/* ERR_NOTFOUND: it is not closed. */
SW_MUST_USE int port_open(struct db_tx *tx, const char *owner);
/* All that have a batch, by login:
 * [{"owner","user","organisation","last","closed","reason","states":{STATE:n}}]; last: when the newest batch
 * was begun; closed: when, "" open. New reference. */
SW_MUST_USE int port_list(struct db_tx *tx, json_t **out);
#endif
