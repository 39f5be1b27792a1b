/* How a disc leaves this side: looked at, handed over, or void. */
#include "burner/ferry/ferry.h"
#include "burner/ferry/staged.h"
#include "burner/ledger/custody.h"
#include "burner/ledger/policy.h"

#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int answer(const struct staged *s, json_t **out)
{
	*out = json_pack("{s:s,s:s,s:i}", "disc", s->disc.id, "state", staged_state(s), "approvals",
		(int)s->approvals.n);
	return *out ? 0 : ERR_NOMEM;
}

/* Checked on the way: the manifest is the one that was staged, the approvals are over it. */
static int own_show(struct ledger *l, const char *disc, json_t **out, struct err_note *note)
{
	struct staged s;
	json_t *manifest = NULL;
	int rc = staged_open(l, disc, &s, note);
	if (rc < 0)
		return rc;
	rc = json_parse(buf_view(&s.manifest), DISC_MANIFEST_MAX, &manifest, note);
	if (rc == 0 && !(*out = json_pack("{s:O,s:O}", "files", json_object_get(manifest, "files"), "record",
				 s.record)))
		rc = ERR_NOMEM;
	json_decref(manifest);
	staged_close(&s);
	return rc;
}

int ferry_show(struct ledger *l, const char *disc, json_t **out, struct err_note *note)
{
	json_t *r = NULL;
	int rc = own_show(l, disc, out, note);
	if (rc != ERR_NOTFOUND)
		return rc;
	rc = ledger_read(l, LEDGER_IN, disc, &r, note);
	if (rc == 0 && !(*out = json_pack("{s:[],s:O}", "files", "record", r)))
		rc = ERR_NOMEM;
	json_decref(r);
	return rc;
}

static const json_t *last_step(const struct staged *s)
{
	const json_t *steps = json_object_get(s->record, "steps");
	return json_array_get(steps, json_array_size(steps) - 1);
}

/* Was it handed over by this person to this place? */
static bool handed(const struct staged *s, const struct ferry_handing *h)
{
	return strcmp(staged_state(s), "handed-over") == 0 &&
	       strcmp(json_str(last_step(s), "by"), h->by) == 0 &&
	       strcmp(json_str(last_step(s), "note"), h->to) == 0 &&
	       strcmp(json_str(s->record, "seal"), h->seal) == 0;
}

static int policy_check(
	const struct ledger *l, const struct staged *s, const char *seal, struct err_note *note)
{
	struct policy p;
	int rc = policy_read(l, &p, note);
	if (rc == 0 && p.seal && !*seal)
		rc = err_set(note, ERR_REFUSED, "disc %s: the number of a seal is demanded", s->disc.id);
	if (rc == 0 && p.verify && strcmp(staged_state(s), "verified") != 0)
		rc = err_set(note, ERR_REFUSED, "disc %s: it must be verified first", s->disc.id);
	return rc;
}

/* A seal is broken once: its number belongs to one disc. */
static int seal_check(const struct ledger *l, const char *disc, const char *seal, struct err_note *note)
{
	json_t *list = NULL, *row;
	size_t i;
	if (!*seal)
		return 0;
	int rc = ledger_list(l, &list, note);
	json_array_foreach(json_object_get(list, "rows"), i, row)
	{
		if (rc == 0 && strcmp(json_str(row, "seal"), seal) == 0 &&
			strcmp(json_str(row, "disc"), disc) != 0)
			rc = err_set(note, ERR_EXISTS, "seal %.60s is that of disc %s", seal,
				json_str(row, "disc"));
	}
	json_decref(list);
	return rc;
}

static int handover(struct ledger *l, struct staged *s, const struct ferry_handing *h, struct err_note *note)
{
	const char *disc = s->disc.id;
	int rc = 0;
	if (!custody_may(false, staged_state(s), "handed-over"))
		rc = err_set(note, ERR_STATE, "disc %s is %s: only a burnt disc is handed over", disc,
			staged_state(s));
	if (rc == 0)
		rc = policy_check(l, s, h->seal, note);
	if (rc == 0)
		rc = seal_check(l, disc, h->seal, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.hand-over", disc,
			json_pack("{s:s,s:s,s:s,s:s}", "by", h->by, "from", h->from, "seal", h->seal, "to",
				h->to),
			note);
	if (rc == 0 && (json_object_set_new(s->record, "seal", json_string(h->seal)) < 0 ||
			       json_object_set_new(s->record, "from", json_string(h->from)) < 0 ||
			       json_object_set_new(s->record, "to", json_string(h->to)) < 0))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = staged_step(l, s, "handed-over", h->by, h->to, note);
	return rc < 0 ? rc : ledger_audit(l, "disc.handed-over", disc, NULL, note);
}

int ferry_handover(struct ledger *l, const char *disc, const struct ferry_handing *h, json_t **out,
	struct err_note *note)
{
	struct staged s;
	int rc = staged_open(l, disc, &s, note);
	if (rc < 0)
		return rc;
	if (!handed(&s, h))
		rc = handover(l, &s, h, note);
	if (rc == 0)
		rc = answer(&s, out);
	staged_close(&s);
	return rc;
}

/* Under their own names; one that is there already is the same. */
static int bundles_back(const struct staged *s, int back, struct err_note *note)
{
	int from = openat(s->dir, "bundles", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	if (from < 0)
		return err_set(note, err_from_errno(errno), "disc %s: bundles", s->disc.id);
	for (size_t i = 0; rc == 0 && i < s->disc.n; i++) {
		const char *name = s->disc.files[i].name;
		struct file_new *f = NULL;
		char block[65536];
		ssize_t n = 0;
		int in = openat(from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		rc = in < 0 ? err_from_errno(errno) : file_new_open(back, 0640, &f);
		while (rc == 0 && (n = read(in, block, sizeof block)) > 0)
			rc = file_write_all(file_new_fd(f), block, (size_t)n);
		if (rc == 0 && n < 0)
			rc = ERR_IO;
		if (rc == 0 && (rc = file_new_publish(f, name, "void.back")) == ERR_EXISTS)
			rc = 0;
		file_new_free(f);
		if (in >= 0)
			close(in);
		if (rc < 0)
			(void)err_set(note, rc, "%s: cannot be put back", name);
	}
	close(from);
	return rc < 0 ? rc : file_fsync_dir(back, "void.folder");
}

int ferry_void(struct ledger *l, const char *disc, const char *reason, int back, const char *by, json_t **out,
	struct err_note *note)
{
	struct staged s;
	int rc = staged_open(l, disc, &s, note);
	if (rc < 0)
		return rc;
	if (!custody_may(false, staged_state(&s), "void"))
		rc = err_set(
			note, ERR_STATE, "disc %s is %s: it cannot be declared void", disc, staged_state(&s));
	if (rc == 0)
		rc = ledger_audit(
			l, "disc.void", disc, json_pack("{s:s,s:s}", "by", by, "reason", reason), note);
	if (rc == 0 && back >= 0)
		rc = bundles_back(&s, back, note);
	if (rc == 0)
		rc = staged_step(l, &s, "void", by, reason, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.voided", disc, NULL, note);
	if (rc == 0)
		rc = answer(&s, out);
	staged_close(&s);
	return rc;
}
