/* How calls to other services went: for the desk. In memory, from this start on; safe from any thread. */
#ifndef SW_CALL_CALL_LOG_H
#define SW_CALL_CALL_LOG_H
#include "common/base/json.h"

struct call_log;
SW_MUST_USE int call_log_new(struct call_log **out);
void call_log_free(struct call_log *l); /* NULL is a no-op */
/* rc: how one went. NULL is a no-op. */
void call_log_note(struct call_log *l, const char *what, int rc);
/* {"WHAT": {"ok","failed","ok_at","failing_since","error"}}: instants "" when there is none; failing_since ""
 * when the last one went well. New reference. */
SW_MUST_USE int call_log_json(struct call_log *l, json_t **out);
#endif
