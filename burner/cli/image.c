#include "burner/cli/image.h"

#include "burner/cli/acts.h"
#include "burner/ferry/examine.h"
#include "burner/ferry/ferry.h"
#include "common/os/file.h"
#include "common/os/sandbox.h"
#include <stdio.h>
#include <unistd.h>

/* A foreign image is read in a process that reaches nothing but what it needs. */
static int confine(const struct options *o, struct err_note *note)
{
	const struct sandbox_path paths[] = {{o->store, true}, {o->into ? o->into : o->store, true}};
	bool applied = false;
	int rc = sandbox_paths(paths, o->store ? 2 : 0, &applied);
	if (rc == 0)
		rc = sandbox_calls(SANDBOX_FILES);
	return rc < 0 ? err_set(note, rc, "cannot be confined") : 0;
}

/* One character for equally many sectors. */
static void map_print(const struct repair_report *r)
{
	enum { CELLS = 64 * 16 };
	uint32_t per = (r->sectors + CELLS - 1) / CELLS;
	(void)printf("%u of %u sectors are bad, %u of them repaired (. good, + repaired, # bad; %u sectors "
		     "each)\n",
		r->bad, r->sectors, r->repaired, per);
	for (uint32_t at = 0, n = 0; at < r->sectors; at += per, n++) {
		uint8_t worst = 0;
		for (uint32_t i = at; i < at + per && i < r->sectors; i++)
			worst = r->map[i] > worst ? r->map[i] : worst;
		(void)putchar(".+#"[worst]);
		if (n % 64 == 63 || at + per >= r->sectors)
			(void)putchar('\n');
	}
}

/* What is needed to read it. */
struct reading {
	struct ledger *ledger; /* NULL: none */
	struct source source;
	struct trust *trust;
	int into; /* -1: nowhere */
};

static int reading_open(const struct options *o, struct reading *r, struct err_note *note)
{
	int rc = acts_texts(o, note);
	if (rc == 0)
		rc = trust_load(o->trust, &r->trust, note);
	if (rc == 0 && o->revoked)
		rc = trust_revoke_named(r->trust, o->revoked, note);
	if (rc == 0 && o->into && (rc = file_open_dir(o->into, &r->into)) < 0)
		rc = err_set(note, rc, "%.150s: cannot be opened", o->into);
	return rc < 0 ? rc : source_open(o->subject, &r->source, note);
}

/* The ledger comes first: what is refused from then on stands in it. */
static int reading_begin(const struct options *o, const char *act, struct reading *r, struct err_note *note)
{
	char by[ACTS_BY];
	*r = (struct reading){.source = {.fd = -1}, .into = -1};
	int rc = o->store ? ledger_open(o->store, options_wait(o), &r->ledger, note) : 0;
	if (rc < 0)
		return rc;
	acts_by(o, by);
	rc = reading_open(o, r, note);
	if (rc < 0 && r->ledger)
		rc = examine_refuse(r->ledger, act, acts_subject(o), by, rc, note);
	return rc < 0 ? rc : confine(o, note);
}

static void reading_end(struct reading *r)
{
	source_close(&r->source);
	if (r->into >= 0)
		close(r->into);
	ledger_close(r->ledger);
	trust_free(r->trust);
}

int image_verify(const struct options *o, struct err_note *note)
{
	struct repair_report report = {.known = false};
	struct reading r;
	json_t *out = NULL;
	int rc = reading_begin(o, "verify", &r, note);
	if (rc == 0)
		rc = ferry_verify(r.ledger, &r.source, r.trust, o->by, &out, &report, note);
	if (report.bad && !o->json)
		map_print(&report);
	repair_report_fini(&report);
	reading_end(&r);
	return rc < 0 ? rc : options_print(o, out);
}

int image_import(const struct options *o, struct err_note *note)
{
	struct reading r;
	json_t *out = NULL;
	int rc = reading_begin(o, "import", &r, note);
	if (rc == 0)
		rc = ferry_import(r.ledger, &r.source, r.trust, r.into, o->by, &out, note);
	reading_end(&r);
	return rc < 0 ? rc : options_print(o, out);
}
