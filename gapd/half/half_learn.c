/* Keys the zones revoke: the guard's halves take them out of what passes, and keep them. */
#include "common/bundle/bundle_revoked.h"
#include "common/log/log.h"
#include "gapd/half/half_impl.h"
#include <stdio.h>
#include <string.h>

int half_learn(struct half *h, const struct message *m, struct err_note *why)
{
	char dir[4096];
	struct trust *const trusts[] = {h->take_trust, h->origin_trust};
	/* `--inspect` has no log: it judges and keeps nothing. */
	if (strcmp(m->type, BUNDLE_REVOKED_TYPE) != 0 || !h->audit)
		return 0;
	(void)snprintf(dir, sizeof dir, "%s/revoked", h->s.work);
	int rc = bundle_revoked_take(m->body, trusts, 2, dir, why);
	if (rc == 0)
		log_warn("keys-revoked", "from=%s", m->origin);
	return rc;
}
