/* Inside gapd/half only. */
#ifndef SW_GAPD_HALF_IMPL_H
#define SW_GAPD_HALF_IMPL_H
#include "common/audit/audit_log.h"
#include "common/bundle/bundle.h"
#include "common/spool/spool.h"
#include "gapd/half/half.h"
#include "gapd/half/half_settings.h"
#include "gapd/half/half_state.h"
#include "gapd/policy/inspect.h"

struct half {
	const struct half_def *d;
	struct half_settings s;
	const struct suite *suite;
	struct sign_key *signer;
	struct open_key *opener;
	struct trust *take_trust, *origin_trust;
	struct cert *recipient;
	struct catalogue *catalogue;
	struct bundle_pool *pool;
	struct spool *spool;
	struct spool_watch *watch;
	struct audit_log *audit;
	struct half_state state;
	int work, socket, stop_fd;
	struct { /* the one bundle that is with the other side */
		bool active, tick;
		uint64_t number;
		char name[256];
		struct taken_file is;
		struct digest identity;
	} out;
	uint64_t number;
	int64_t checkpoint_ms;
	bool sandboxed; /* no new path can be opened */
};

/* half_log.c. Records in the half's own audit log; ERR_AUDIT: the action must not happen. detail may be NULL
 * (taken). */
SW_MUST_USE int half_record(struct half *h, const char *action, const char *subject, json_t *detail);
SW_MUST_USE int half_log_open(struct half *h, struct err_note *note);
/* Entries from before that day go (common/audit/audit_prune_log.h). ERR_BUSY: the half runs. */
SW_MUST_USE int half_prune(struct half *h, const char *day, struct err_note *note);

/* A list of revoked keys that passes is taken over: 0, or what the message is refused for. */
SW_MUST_USE int half_learn(struct half *h, const struct message *m, struct err_note *why);

/* half_carry.c: one bundle at a time to the other side, and what comes from there, until the half is to stop
 * (ERR_STOPPING) or cannot go on. */
SW_MUST_USE int half_carry(struct half *h);

struct half_taken {
	struct digest identity;
	char from[16];
	int64_t epoch, seq;
	bool tick;
	size_t messages, refused;
};
/* Takes bundle `fd` apart: checks it, inspects each message, writes the records (a refused message is
 * replaced by a signed refusal that stands for its leaf) and seals them. *records: caller closes. */
SW_MUST_USE int half_take(
	struct half *h, int fd, int64_t size, int *records, struct half_taken *out, struct err_note *note);

/* Builds a bundle for this zone out of records, numbers it, and publishes it in in/. Durable when it returns
 * 0. */
SW_MUST_USE int half_deliver(struct half *h, int records, struct err_note *note);
/* Publishes what was numbered but not seen before a crash. */
SW_MUST_USE int half_deliver_rest(struct half *h);
#endif
