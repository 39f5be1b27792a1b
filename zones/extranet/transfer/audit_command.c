#include "zones/extranet/transfer/audit_command.h"

#include "common/log/log.h"
#include "zones/extranet/audit/book_audit.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/store/decision.h"
#include <stdio.h>
#include <string.h>

static int audit_run(struct db_tx *tx, void *arg)
{
	return book_audit_run(arg, tx);
}

static void print_lines(const struct book_audit *a)
{
	size_t i;
	const json_t *f;
	json_array_foreach(a->findings, i, f) printf("%s %s %s: %s\n", json_str(f, "code"),
		json_str(f, "table"), json_str(f, "key"), json_str(f, "text"));
	printf("%lld entries, %lld rows, %zu findings\n", (long long)a->entries, (long long)a->rows,
		json_array_size(a->findings));
}

static void print_json(const struct book_audit *a)
{
	struct buf text;
	json_t *o = json_pack("{s:I,s:I,s:O}", "entries", (json_int_t)a->entries, "rows", (json_int_t)a->rows,
		"findings", a->findings);
	buf_init(&text, 64 << 20);
	if (o && json_canon(o, &text) == 0)
		printf("%s\n", (const char *)text.p);
	buf_fini(&text);
	json_decref(o);
}

/* One office's book; *found: something is wrong with it. */
static int office_audit(
	struct service *s, const struct office *o, bool json, bool named, bool *found, struct err_note *note)
{
	struct cert *seal = NULL;
	struct book_audit a = {.vault = s->vault,
		.suite = s->suite,
		.office = o->paper,
		.blobs = s->blobs,
		.authority = decision_authority(s)};
	int rc = cert_load_pinned(o->seal_cert, CERT_SEAL, &seal, note);
	a.seal = seal;
	if (rc == 0)
		rc = db_read(s->db, o->division, audit_run, &a);
	if (rc == 0 && named && !json)
		printf("%s %s\n", o->division, o->name);
	if (rc == 0)
		(json ? print_json : print_lines)(&a);
	*found = *found || json_array_size(a.findings) > 0;
	json_decref(a.findings);
	cert_free(seal);
	return rc;
}

int audit_command_book(struct service *s, int argc, char **argv)
{
	const struct registry_config *c = s->config;
	struct err_note note = {0};
	struct offices *offices = NULL;
	const struct office *o;
	bool found = false;
	if (argc > 1 || (argc == 1 && strcmp(argv[0], "json") != 0)) {
		fprintf(stderr, "USAGE: audit-book [json]\n");
		return 2;
	}
	int rc = offices_load(s, c->office_files, &offices, &note);
	for (size_t i = 0; rc == 0 && (o = offices_at(offices, i)); i++)
		rc = office_audit(s, o, argc == 1, s->tenants[1] != NULL, &found, &note);
	offices_free(offices);
	if (rc < 0)
		return log_refusal(note.err ? &note : &(struct err_note){.err = rc});
	return found;
}
