/* The links over HTTP: what an officer has to decide about them, and their numbers for /metrics. All zones
 * have it. */
#ifndef SW_SERVICE_LINK_API_H
#define SW_SERVICE_LINK_API_H
#include "common/exchange/exchange.h"
#include "common/http/http.h"

/* GET /api/links: exchange_state. GET /api/links/:link/bundles?before=ROW: a page of exchange_bundles. */
http_handler link_list, link_bundles;
/* GET /api/links/:link/decisions: {"beyond":[…],"told":[…]} (exchange_decisions). */
http_handler link_decisions;
/* POST /api/links/:link/…, each {reason}, recorded with who and why. release: a stream that is held because
 * of two contents under one number, or whose list is settled, goes on; settle {epoch, seq}: what is here up
 * to this number and beyond what its sender knows stands; epoch: a new epoch begins; rebuild: all that is
 * kept for the zone at the far end goes again, {"messages": n}. 409 STATE: there is nothing to decide. */
http_handler link_release, link_settle, link_epoch, link_rebuild;

/* Appends sanwang_link_NAME{link} for every number of exchange_state, lag_seconds, the quarantined by reason,
 * and 1 for the states that are not well: held, trouble, alarm. */
SW_MUST_USE int link_metrics(struct exchange *x, struct buf *out);
#endif
