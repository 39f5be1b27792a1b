#include "common/audit/audit_prune_log.h"
#include "gapd/half/half_impl.h"
#include <stdio.h>

int half_log_open(struct half *h, struct err_note *note)
{
	char origin[64];
	(void)snprintf(origin, sizeof origin, "%s/%s", h->d->zone, h->d->station);
	return audit_log_open(h->s.audit, origin, h->suite, h->signer, &h->audit, note);
}

int half_prune(struct half *h, const char *day, struct err_note *note)
{
	int rc = half_log_open(h, note);
	return rc == 0 ? audit_prune_command(h->audit, h->d->program, day, note) : rc;
}

int half_record(struct half *h, const char *action, const char *subject, json_t *detail)
{
	/* `--inspect` has no effect and no log. */
	if (!h->audit) {
		json_decref(detail);
		return 0;
	}
	int rc = audit_log_append(h->audit, action, subject, detail, NULL);
	json_decref(detail);
	return rc;
}
