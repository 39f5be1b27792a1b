#include "burner/cli/acts.h"

#include "burner/cli/policy_file.h"
#include "burner/ledger/blank.h"
#include "burner/ledger/revoked.h"
#include "common/audit/audit_prune_log.h"
#include "common/os/file.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PASSPHRASE_MAX 1024
#define TEXT_MAX 200

static int plain(const char *name, const char *text, struct err_note *note)
{
	if (strlen(text) > TEXT_MAX)
		return err_set(note, ERR_LIMIT, "--%s: longer than %d bytes", name, TEXT_MAX);
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < ' ')
			return err_set(note, ERR_SCHEMA, "--%s: a control character", name);
	json_t *utf8 = json_string(text);
	json_decref(utf8);
	return utf8 ? 0 : err_set(note, ERR_SCHEMA, "--%s: not UTF-8", name);
}

int acts_texts(const struct options *o, struct err_note *note)
{
	const struct {
		const char *name, *text;
	} v[] = {{"by", o->by}, {"reason", o->reason}, {"use", o->use}, {"seal", o->seal}, {"from", o->from},
		{"how", o->how}, {"place", o->place}, {"label", o->label}};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof v / sizeof *v; i++)
		rc = v[i].text ? plain(v[i].name, v[i].text, note) : 0;
	return rc;
}

const char *acts_subject(const struct options *o)
{
	const char *slash = o->subject ? strrchr(o->subject, '/') : NULL;
	const char *name = slash ? slash + 1 : o->subject;
	struct err_note none;
	return name && *name && plain("subject", name, &none) == 0 ? name : "-";
}

void acts_by(const struct options *o, char out[static ACTS_BY])
{
	static const char suffix[] = ".person.pem";
	const char *slash = o->cert ? strrchr(o->cert, '/') : NULL, *name = slash ? slash + 1 : o->cert;
	struct err_note none;
	(void)snprintf(out, ACTS_BY, "%s", plain("by", o->by, &none) < 0 ? "-" : o->by);
	if (*o->by || !name || plain("cert", name, &none) < 0)
		return;
	size_t n = strlen(name), end = sizeof suffix - 1;
	bool person = n > end && strcmp(name + n - end, suffix) == 0;
	(void)snprintf(out, ACTS_BY, "%.*s", (int)(person ? n - end : n), name);
}

int acts_prune_log(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	int64_t before = 0, through = 0;
	int rc = audit_prune_day(o->subject, &before, note);
	if (rc == 0)
		rc = ledger_prune(l, o->by, before, &through, note);
	if (rc == 0 && !(*out = json_pack("{s:I}", "deleted", (json_int_t)through)))
		rc = ERR_NOMEM;
	return rc;
}

static int mark(const char *name, enum disc_mark *out, struct err_note *note)
{
	return disc_mark_parse(name, out) < 0
		       ? err_set(note, ERR_SCHEMA,
				 "--mark %.20s: public, internal, work-secret, secret or confidential", name)
		       : 0;
}

/* What is made here is internal where nothing else is said. */
static int mark_made(const struct options *o, enum disc_mark *out, struct err_note *note)
{
	return mark(o->mark ? o->mark : "internal", out, note);
}

int acts_stage(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	struct trust *t = NULL;
	struct ferry_order order = {.from = o->bundles,
		.reason = o->reason,
		.by = o->by,
		.use = o->use,
		.medium = o->medium,
		.suite = suite_by_name(o->suite)};
	int rc = mark_made(o, &order.mark, note);
	if (rc == 0 && !order.suite)
		rc = err_set(note, ERR_SUITE, "--suite %.20s: gm or intl", o->suite);
	if (rc == 0 && !ferry_capacity(o->medium))
		rc = err_set(note, ERR_SCHEMA,
			"--medium %.20s: cd, dvd, dvd-dl, bd, or a size as 700M or 16G", o->medium);
	if (rc == 0 && o->trust)
		rc = trust_load(o->trust, &t, note);
	if (rc == 0 && o->trust && o->revoked)
		rc = trust_revoke_named(t, o->revoked, note);
	order.trust = t;
	if (rc == 0)
		rc = ferry_stage(l, &order, out, note);
	trust_free(t);
	return rc;
}

/* From a file that only its owner can read, or "-" for standard input; the first line counts. */
static int passphrase_read(const char *file, struct buf *out, struct err_note *note)
{
	char block[PASSPHRASE_MAX];
	ssize_t n;
	int rc = 0;
	if (strcmp(file, "-") != 0)
		rc = file_read_secret(file, PASSPHRASE_MAX, out, note);
	else
		while (rc == 0 && (n = read(STDIN_FILENO, block, sizeof block)) != 0)
			if (n > 0 || errno != EINTR)
				rc = n < 0 ? ERR_IO : buf_add(out, block, (size_t)n);
	buf_wipe(block, sizeof block);
	if (rc == 0)
		rc = buf_add(out, "\n", 1);
	if (rc < 0)
		return err_set(note, rc, "the passphrase cannot be read");
	*(char *)memchr(out->p, '\n', out->n) = '\0';
	return 0;
}

int acts_phrase(const struct options *o, struct buf *out, struct err_note *note)
{
	buf_init(out, PASSPHRASE_MAX + 1);
	return o->passphrase_file ? passphrase_read(o->passphrase_file, out, note) : 0;
}

static int key_load(const struct options *o, struct sign_key **out, struct err_note *note)
{
	char who[ACTS_BY];
	int rc = sign_key_load(o->key, o->cert, (const char *)o->phrase->p, out, note);
	/* Where keys lie is nobody's business who reads the refusal. */
	acts_by(&(struct options){.by = "", .cert = o->cert}, who);
	return (rc == ERR_KEY || rc == ERR_NOTFOUND) && strchr(note->text, '/')
		       ? err_set(note, rc, "the key of %.60s cannot be opened: no key, or another passphrase",
				 who)
		       : rc;
}

int acts_approve(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	struct sign_key *k = NULL;
	int rc = key_load(o, &k, note);
	if (rc == 0)
		rc = ferry_approve(l, o->subject, k, out, note);
	sign_key_free(k);
	return rc;
}

int acts_destroy(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	struct sign_key *k = NULL;
	int rc = key_load(o, &k, note);
	if (rc == 0)
		rc = ferry_destroy(l, o->subject, o->how, k, out, note);
	sign_key_free(k);
	return rc;
}

int acts_burn(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	const struct ferry_burning b = {.to = o->to, .by = o->by, .blank = o->blank, .drive = o->drive};
	return ferry_burn(l, o->subject, &b, out, note);
}

int acts_handover(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	const struct ferry_handing h = {
		.from = o->from ? o->from : "", .to = o->to, .seal = o->seal, .by = o->by};
	int rc = plain("to", o->to, note);
	return rc < 0 ? rc : ferry_handover(l, o->subject, &h, out, note);
}

int acts_void(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	int back = -1, rc = o->bundles ? file_open_dir(o->bundles, &back) : 0;
	if (rc < 0)
		return err_set(note, rc, "%.150s: cannot be opened", o->bundles);
	rc = ferry_void(l, o->subject, o->reason, back, o->by, out, note);
	if (back >= 0)
		close(back);
	return rc;
}

/* What a scanner reads off slip or label: "SWDISC1 DISC IDENTITY MARK BLANK SEAL"; "-" where there is none.
 */
struct code {
	char disc[32], identity[68], mark[16], blank[44], seal[208];
};
static int code_read(const char *text, struct code *c, struct err_note *note)
{
	int end = 0;
	if (sscanf(text, "SWDISC1 %31s %67s %15s %43s %n", c->disc, c->identity, c->mark, c->blank, &end) !=
			4 ||
		end == 0 || !text[end] || strlen(text + end) > TEXT_MAX)
		return err_set(note, ERR_SCHEMA, "%.60s: not the code of a slip", text);
	(void)snprintf(c->seal, sizeof c->seal, "%s", text + end);
	for (char *v[] = {c->blank, c->seal}, **p = v; p < v + 2; p++)
		if (strcmp(*p, "-") == 0)
			**p = '\0';
	return 0;
}

/* What is found on the case must be what the slip says. */
static int found(
	const char *what, const char *given, const char *slip, const char *disc, struct err_note *note)
{
	return *given && strcmp(given, slip) != 0
		       ? err_set(note, ERR_REFUSED, "disc %s: the slip names another %s", disc, what)
		       : 0;
}

static int slip_read(const struct options *o, struct code *c, struct ferry_arrival *a, struct err_note *note)
{
	int rc = code_read(o->subject, c, note);
	if (rc == 0 && o->mark)
		rc = found("mark", o->mark, c->mark, c->disc, note);
	if (rc == 0)
		rc = mark(c->mark, &a->mark, note);
	if (rc == 0)
		rc = found("seal", a->seal, c->seal, c->disc, note);
	if (rc == 0)
		rc = found("blank", a->blank, c->blank, c->disc, note);
	a->disc = c->disc;
	a->seal = c->seal;
	a->identity = c->identity;
	a->blank = c->blank;
	return rc;
}

static int receive(struct ledger *l, const struct options *o, struct ferry_arrival *a, json_t **out,
	struct err_note *note)
{
	struct sign_key *k = NULL;
	if (o->key && (!o->cert || !o->passphrase_file))
		return err_set(note, ERR_USAGE, "--key: with --cert and --passphrase-file");
	int rc = o->key ? key_load(o, &k, note) : 0;
	a->key = k;
	if (rc == 0)
		rc = ferry_receive(l, a, out, note);
	sign_key_free(k);
	return rc;
}

int acts_receive(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	struct code c;
	struct ferry_arrival a = {.disc = o->subject,
		.from = o->from,
		.by = o->by,
		.seal = o->seal,
		.identity = o->identity ? o->identity : "",
		.blank = o->blank ? o->blank : ""};
	int rc = 0;
	if (strncmp(o->subject, "SWDISC1 ", 8) == 0)
		rc = slip_read(o, &c, &a, note);
	else if (!o->mark)
		rc = err_set(note, ERR_REFUSED, "disc %.20s: its mark 密级 is demanded", o->subject);
	else
		rc = mark(o->mark, &a.mark, note);
	return rc < 0 ? rc : receive(l, o, &a, out, note);
}

int acts_archive(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	return ferry_archive(l, o->subject, o->place, o->by, out, note);
}

int acts_blank(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	enum disc_mark m = DISC_PUBLIC;
	int rc = mark_made(o, &m, note);
	return rc < 0 ? rc : blank_add(l, o->subject, o->label, m, o->by, out, note);
}

int acts_scrap(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	return blank_scrap(l, o->subject, o->reason, o->by, out, note);
}

int acts_issued(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	return blank_told(l, o->subject, o->state, out, note);
}

int acts_erase(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	return ferry_erase(l, o->subject, o->drive, o->reason, o->by, out, note);
}

/* A key's number, or the file of the person's certificate. */
static int key_of(const char *subject, char out[static KEY_ID], struct err_note *note)
{
	struct cert *c = NULL;
	size_t n = strlen(subject);
	if (n < 5 || strcmp(subject + n - 4, ".pem") != 0) {
		(void)snprintf(out, KEY_ID, "%s", subject);
		return n == KEY_ID - 1 ? 0
				       : err_set(note, ERR_SCHEMA,
						 "%.60s: neither the number of a key nor NAME.pem", subject);
	}
	int rc = cert_load_pinned(subject, CERT_PERSON, &c, note);
	if (rc == 0)
		(void)snprintf(out, KEY_ID, "%s", cert_key_id(c));
	cert_free(c);
	return rc;
}

int acts_revoke(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	char key[KEY_ID];
	int rc = key_of(o->subject, key, note);
	const char *last = strcmp(o->last, "none") == 0 ? "" : o->last;
	return rc < 0 ? rc : revoked_add(l, key, last, o->reason, o->by, out, note);
}

int acts_policy(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	struct policy p;
	int rc = policy_file_read(o->from, &p, note);
	return rc < 0 ? rc : policy_set(l, &p, o->by, out, note);
}

int acts_show(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	return ferry_show(l, o->subject, out, note);
}

int acts_list(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	(void)o;
	return ledger_list(l, out, note);
}
