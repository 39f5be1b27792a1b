#include "burner/ferry/staged.h"

#include "burner/ledger/persons.h"
#include "burner/ledger/revoked.h"

#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int approvals_load(struct staged *s, struct err_note *note)
{
	char name[40];
	int rc = 0;
	for (int i = 1; rc == 0 && i <= APPROVALS_MAX; i++) {
		struct buf sig, pem;
		buf_init(&sig, APPROVAL_SIG_MAX);
		buf_init(&pem, APPROVAL_PEM_MAX);
		snprintf(name, sizeof name, "approvals/%d.sig", i);
		rc = file_read(s->dir, name, APPROVAL_SIG_MAX, &sig);
		if (rc == 0) {
			snprintf(name, sizeof name, "approvals/%d.pem", i);
			rc = file_read(s->dir, name, APPROVAL_PEM_MAX, &pem);
			rc = rc < 0 ? err_set(note, rc, "%s cannot be read", name)
				    : approvals_put(&s->approvals, buf_view(&sig), buf_view(&pem), note);
		}
		buf_fini(&sig);
		buf_fini(&pem);
	}
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	return approvals_verify(&s->approvals, buf_view(&s->manifest), NULL, 0, note);
}

/* An approval counts from the moment its signature lies in the folder; the record follows. */
static int record_catch_up(struct ledger *l, struct staged *s, struct err_note *note)
{
	json_t *known = json_object_get(s->record, "approvals");
	int rc = 0;
	for (size_t i = json_array_size(known); rc == 0 && i < s->approvals.n; i++) {
		const char *who = s->approvals.v[i].who;
		char at[TIME_TEXT];
		time_text(time_now_ms(), at);
		if (json_array_append_new(known, json_pack("{s:s,s:s,s:s}", "at", at, "key",
							 s->approvals.v[i].key, "who", who)) < 0)
			rc = ERR_NOMEM;
		if (rc == 0)
			rc = staged_step(l, s, i + 1 >= APPROVALS_NEEDED ? "approved" : "staged", who,
				"approval", note);
	}
	return rc;
}

int staged_open(struct ledger *l, const char *disc, struct staged *out, struct err_note *note)
{
	struct staged s = {.dir = -1};
	struct digest identity;
	char hex[DIGEST_HEX];
	int rc = ledger_read(l, LEDGER_OUT, disc, &s.record, note);
	if (rc < 0)
		return rc;
	buf_init(&s.manifest, DISC_MANIFEST_MAX);
	if ((s.dir = openat(ledger_dir(l, LEDGER_OUT), disc, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		rc = err_set(note, err_from_errno(errno), "disc %s: its folder cannot be opened", disc);
	if (rc == 0 && (rc = file_read(s.dir, "disc.json", DISC_MANIFEST_MAX, &s.manifest)) < 0)
		rc = err_set(note, rc, "disc %s: its disc.json cannot be read", disc);
	if (rc == 0)
		rc = disc_decode(buf_view(&s.manifest), &s.disc, note);
	if (rc == 0) {
		disc_identity(&s.disc, buf_view(&s.manifest), &identity);
		digest_hex(&identity, hex);
		if (strcmp(hex, json_str(s.record, "digest")) != 0)
			rc = err_set(
				note, ERR_DIGEST, "disc %s: disc.json is not the one that was staged", disc);
	}
	if (rc == 0)
		rc = approvals_load(&s, note);
	if (rc == 0)
		rc = record_catch_up(l, &s, note);
	if (rc < 0)
		staged_close(&s);
	else
		*out = s;
	return rc;
}

void staged_close(struct staged *s)
{
	if (s->dir >= 0)
		close(s->dir);
	disc_fini(&s->disc);
	buf_fini(&s->manifest);
	approvals_fini(&s->approvals);
	json_decref(s->record);
}

const char *staged_state(const struct staged *s)
{
	return json_str(s->record, "state");
}

int staged_step(struct ledger *l, struct staged *s, const char *state, const char *by, const char *text,
	struct err_note *note)
{
	int rc = record_step(s->record, false, state, by, text, note);
	return rc < 0 ? rc : ledger_write(l, LEDGER_OUT, s->disc.id, s->record, note);
}

int staged_persons(const struct ledger *l, struct staged *s, struct err_note *note)
{
	struct revoked r = {.v = NULL};
	struct trust *persons = NULL;
	int rc = persons_trust(l, &persons, note);
	if (rc == 0 && persons)
		rc = approvals_verify(&s->approvals, buf_view(&s->manifest), persons, time_now_ms(), note);
	trust_free(persons);
	if (rc == 0)
		rc = revoked_read(l, &r, note);
	if (rc == 0)
		rc = approvals_revoked(&s->approvals, s->disc.id, r.v, r.n, note);
	revoked_fini(&r);
	return rc;
}

static int approval_write(struct staged *s, size_t n, struct view sig, struct view pem)
{
	char name[16];
	int dir = openat(s->dir, "approvals", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_from_errno(errno);
	snprintf(name, sizeof name, "%zu.pem", n);
	int rc = file_write(dir, name, 0640, pem, "approve.pem");
	snprintf(name, sizeof name, "%zu.sig", n);
	if (rc == 0)
		rc = file_write(dir, name, 0640, sig, "approve.sig");
	close(dir);
	return rc;
}

int staged_approve(struct ledger *l, struct staged *s, const struct sign_key *k, struct err_note *note)
{
	struct buf sig;
	buf_init(&sig, APPROVAL_SIG_MAX);
	const char *state = staged_state(s);
	int rc = 0;
	if (strcmp(state, "staged") != 0 && strcmp(state, "approved") != 0)
		rc = err_set(note, ERR_STATE, "disc %s is %s: too late for an approval", s->disc.id, state);
	if (rc == 0 && sign_key_suite(k) != s->disc.suite)
		rc = err_set(note, ERR_SUITE, "the key of %s is of another cipher suite than the disc",
			sign_key_subject(k));
	if (rc == 0)
		rc = sign_make(k, buf_view(&s->manifest), &sig);
	if (rc == 0)
		rc = approvals_put(&s->approvals, buf_view(&sig), sign_key_cert_pem(k), note);
	if (rc == 0)
		rc = approvals_verify(&s->approvals, buf_view(&s->manifest), NULL, 0, note);
	if (rc == 0)
		rc = staged_persons(l, s, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.approve", s->disc.id,
			json_pack("{s:s,s:s}", "key", sign_key_id(k), "who", sign_key_subject(k)), note);
	if (rc == 0 && (rc = approval_write(s, s->approvals.n, buf_view(&sig), sign_key_cert_pem(k))) < 0)
		rc = err_set(note, rc, "the approval cannot be written");
	if (rc == 0)
		rc = record_catch_up(l, s, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.approved", s->disc.id,
			json_pack("{s:i}", "approvals", (int)s->approvals.n), note);
	buf_fini(&sig);
	return rc;
}
