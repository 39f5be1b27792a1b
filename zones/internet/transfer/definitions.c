#include "zones/internet/transfer/definitions.h"

#include "common/log/log.h"
#include "zones/internet/portal.h"
#include "zones/internet/store/definition.h"
#include "zones/internet/transfer/seal.h"
#include <stdio.h>
#include <stdlib.h>

#define LINE_BYTES (1 << 18)

static int take(const struct trust *seal, struct db_tx *tx, const json_t *body, struct err_note *note)
{
	const struct definition d = {json_str(body, "kind"), json_str(body, "code"),
		json_int(body, "version"), json_str(body, "definition"), json_str(body, "signature"),
		json_str(body, "seal_certificate")};
	int rc = seal_check(seal, d.definition, d.signature, d.seal_certificate, note);
	if (rc == 0)
		rc = offer_check(d.kind, d.code, d.version, d.definition, note);
	if (rc == 0)
		rc = definition_add(tx, &d);
	if (rc == ERR_EXISTS)
		rc = err_set(note, ERR_REFUSED, "definition: %.47s %lld was published with another content",
			d.code, (long long)d.version);
	if (rc == ERR_CONFIG)
		rc = note->err = ERR_REFUSED; /* its fault, not this portal's */
	return rc == 0 ? audit_record(tx, "system", "definition.received", d.code, NULL) : rc;
}

int receive_definition(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note)
{
	struct portal *p = portal_of(arg);
	(void)attachments;
	int rc = take(p->seal, tx, m->body, note);
	return rc == 0 ? db_after_commit(tx, offer_stale, p->offer) : rc;
}

/* ---- by hand */
struct reading {
	const struct trust *seal;
	FILE *f;
	long lines;
	struct err_note note;
};

static int line_take(struct reading *r, struct db_tx *tx, const char *line)
{
	json_t *body = NULL;
	int rc = json_parse(view_str(line), LINE_BYTES, &body, &r->note);
	if (rc == 0)
		rc = take(r->seal, tx, body, &r->note);
	json_decref(body);
	return rc;
}

/* All of the file or nothing of it. */
static int read_run(struct db_tx *tx, void *arg)
{
	struct reading *r = arg;
	char *line = malloc(LINE_BYTES);
	int rc = line ? 0 : ERR_NOMEM;
	rewind(r->f);
	r->lines = 0;
	while (rc == 0 && fgets(line, LINE_BYTES, r->f)) {
		r->lines++;
		rc = line_take(r, tx, line);
	}
	free(line);
	return rc;
}

int definitions_command(struct service *s, int argc, char **argv)
{
	const struct portal_config *c = s->config;
	struct reading r = {.lines = 0};
	struct trust *seal = NULL;
	if (argc != 1)
		return 2;
	int rc = trust_load(c->seal_ca, &seal, &r.note);
	if (rc == 0 && !(r.f = fopen(argv[0], "re")))
		rc = err_set(&r.note, ERR_IO, "%.200s: cannot be read", argv[0]);
	r.seal = seal;
	if (rc == 0)
		rc = db_write(s->db, s->tenant, read_run, &r);
	if (r.f)
		fclose(r.f);
	trust_free(seal);
	if (rc < 0) {
		char what[sizeof r.note.text];
		snprintf(what, sizeof what, "%s", r.note.err ? r.note.text : err_text(rc));
		err_set(&r.note, rc, "line %ld: %.400s", r.lines, what);
		return log_refusal(&r.note);
	}
	printf("%ld definitions\n", r.lines);
	return 0;
}
