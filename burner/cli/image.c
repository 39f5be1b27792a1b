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

int image_verify(const struct options *o, struct err_note *note)
{
	struct repair_report report = {.known = false};
	struct source s = {.fd = -1};
	struct ledger *l = NULL;
	struct trust *t = NULL;
	json_t *out = NULL;
	int rc = trust_load(o->trust, &t, note);
	if (rc == 0 && o->trust && o->revoked)
		rc = trust_revoke_folder(t, o->revoked, note);
	if (rc == 0)
		rc = source_open(o->subject, &s, note);
	if (rc == 0 && o->store)
		rc = ledger_open(o->store, options_wait(o), &l, note);
	if (rc == 0)
		rc = confine(o, note);
	if (rc == 0)
		rc = ferry_verify(l, &s, t, o->by, &out, &report, note);
	if (report.bad && !o->json)
		map_print(&report);
	repair_report_fini(&report);
	source_close(&s);
	ledger_close(l);
	trust_free(t);
	return rc < 0 ? rc : options_print(o, out);
}

int image_import(const struct options *o, struct err_note *note)
{
	struct source s = {.fd = -1};
	struct ledger *l = NULL;
	struct trust *t = NULL;
	json_t *out = NULL;
	int into = -1, rc = trust_load(o->trust, &t, note);
	if (rc == 0 && o->trust && o->revoked)
		rc = trust_revoke_folder(t, o->revoked, note);
	if (rc == 0 && (rc = file_open_dir(o->into, &into)) < 0)
		rc = err_set(note, rc, "%.150s: cannot be opened", o->into);
	if (rc == 0)
		rc = ledger_open(o->store, options_wait(o), &l, note);
	if (rc == 0 && (rc = source_open(o->subject, &s, note)) < 0)
		rc = examine_refuse(l, "import", acts_subject(o), o->by, rc, note);
	if (rc == 0)
		rc = confine(o, note);
	if (rc == 0)
		rc = ferry_import(l, &s, t, into, o->by, &out, note);
	source_close(&s);
	if (into >= 0)
		close(into);
	ledger_close(l);
	trust_free(t);
	return rc < 0 ? rc : options_print(o, out);
}
