/* 擦除 of rewritable media: only by policy, and never what may still be wanted. */
#include "burner/ferry/drive.h"
#include "burner/ferry/ferry.h"
#include "burner/ledger/blank.h"
#include "burner/ledger/policy.h"

#include <string.h>

/* The disc that lies on it, on either side of this ledger. */
static int disc_over(const struct ledger *l, const char *disc, struct err_note *note)
{
	json_t *r = NULL;
	if (!*disc)
		return 0;
	int rc = ledger_read(l, LEDGER_OUT, disc, &r, note);
	if (rc == ERR_NOTFOUND)
		rc = ledger_read(l, LEDGER_IN, disc, &r, note);
	if (rc < 0)
		return rc;
	const char *state = json_str(r, "state");
	if (strcmp(state, "void") != 0 && strcmp(state, "destroyed") != 0)
		rc = err_set(note, ERR_STATE, "disc %s is %s: it is neither void nor destroyed", disc, state);
	json_decref(r);
	return rc;
}

static int allowed(const struct ledger *l, const char *name, struct drive *d, struct err_note *note)
{
	struct policy p;
	int rc = policy_read(l, &p, note);
	if (rc == 0 && !p.erase)
		rc = err_set(note, ERR_REFUSED, "nothing is erased by this policy");
	if (rc == 0)
		rc = drive_find(name, d, note);
	if (rc == 0 && d->kind == DRIVE_STICK && !p.sticks)
		rc = err_set(note, ERR_REFUSED, "drive %.100s: media other than discs are not allowed", name);
	return rc < 0 ? rc : policy_drive(&p, name, true, note);
}

int ferry_erase(struct ledger *l, const char *serial, const char *drive, const char *reason, const char *by,
	json_t **out, struct err_note *note)
{
	struct drive d = {.name = drive};
	json_t *r = NULL;
	int rc = allowed(l, drive, &d, note);
	if (rc == 0)
		rc = blank_erasable(l, serial, &r, note);
	if (rc == 0)
		rc = disc_over(l, json_str(r, "disc"), note);
	if (rc == 0)
		rc = ledger_audit(l, "blank.erase", serial,
			json_pack("{s:s,s:s,s:s,s:s}", "by", by, "disc", json_str(r, "disc"), "drive", drive,
				"reason", reason),
			note);
	if (rc == 0)
		rc = drive_erase(&d, note);
	if (rc == 0)
		rc = drive_ready(&d, 0, note);
	if (rc == 0)
		rc = blank_erased(l, r, reason, by, note);
	if (rc == 0)
		rc = ledger_audit(l, "blank.erased", serial, NULL, note);
	if (rc == 0)
		*out = json_incref(r);
	json_decref(r);
	return rc;
}
