/* Several logs held against each other: what was sent, carried, received and applied between the zones, and
 * what is missing, late, doubled or forged. Pure: entries in, findings out. The events it knows stand in
 * DESIGN.md. */
#ifndef SW_AUDIT_RECONCILE_H
#define SW_AUDIT_RECONCILE_H
#include "common/base/json.h"

/* How long a bundle may take on a link before it is called late, and when it did not come, missing. */
struct reconcile_limits {
	int64_t gap_ms, diode_ms, disc_ms, other_ms;
};
extern const struct reconcile_limits reconcile_default; /* a minute, an hour, seven days, an hour */
/* "gap=30s,disc=3d": what is not named keeps its value. ERR_SYNTAX. */
SW_MUST_USE int reconcile_limits_parse(const char *text, struct reconcile_limits *out);

struct reconcile;
SW_MUST_USE int reconcile_new(const struct reconcile_limits *l, struct reconcile **out);
void reconcile_free(struct reconcile *r);
/* The logs one after the other: begin with its origin ("extranet/registryd"), then each entry (a JSON object)
 * in order. What is no event of transport is counted only. ERR_EXISTS: a log of this origin was given already
 * (burner's logs, which are called alike, may be several). */
SW_MUST_USE int reconcile_log(struct reconcile *r, const char *origin);
SW_MUST_USE int reconcile_entry(struct reconcile *r, const json_t *entry);
/* at_ms: the moment of judgement; 0: that of the newest entry. *out:
 * {"at","flows":[{"link","from","to","sent",
 * "carried","received","applied","waiting","refused","missing","late","doubled","forged","void","unknown"}],
 * "findings":[{"kind","link","from","to","epoch","seq","identity","at","text"}],"discs":[{"disc","state","at"}],
 * "refusals":[{"zone","link","reason","count"}]}. Kinds: missing, late, doubled, fork, forged, dropped,
 * order. New reference. */
SW_MUST_USE int reconcile_judge(struct reconcile *r, int64_t at_ms, json_t **out);
#endif
