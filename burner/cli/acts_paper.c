/* Commands that print. */
#include "burner/cli/acts.h"

#include "burner/paper/paper.h"
#include "common/os/file.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAPER_MAX (64 << 20)

/* A PDF file under the name of --to; an older one is replaced. */
static int paper_write(const char *to, struct view pdf, struct err_note *note)
{
	char folder[4096];
	const char *slash = strrchr(to, '/'), *name = slash ? slash + 1 : to;
	int dir = -1, n = slash ? (int)(slash - to) : 1;
	(void)snprintf(folder, sizeof folder, "%.*s", n > 0 ? n : 1, slash ? to : ".");
	int rc = *name ? file_open_dir(folder, &dir) : ERR_USAGE;
	if (rc == 0)
		rc = file_write(dir, name, 0640, pdf, "paper.file");
	if (dir >= 0)
		close(dir);
	return rc < 0 ? err_set(note, rc, "%.150s: cannot be written", to) : 0;
}

static int paper_give(struct ledger *l, const char *act, const char *subject, const struct options *o,
	int made, struct buf *pdf, json_t **out, struct err_note *note)
{
	int rc = made < 0 ? err_set(note, made, "%s: cannot be drawn", subject) : 0;
	if (rc == 0)
		rc = ledger_audit(l, act, subject, json_pack("{s:s}", "by", o->by), note);
	if (rc == 0)
		rc = paper_write(o->to, buf_view(pdf), note);
	if (rc == 0 && !(*out = json_pack(
				 "{s:s,s:s,s:I}", "file", o->to, "of", subject, "size", (json_int_t)pdf->n)))
		rc = ERR_NOMEM;
	buf_fini(pdf);
	return rc;
}

static int disc_paper(struct ledger *l, const struct options *o, const char *act,
	int (*draw)(const json_t *record, struct buf *out), json_t **out, struct err_note *note)
{
	struct buf pdf;
	json_t *r = NULL;
	int rc = ledger_read(l, LEDGER_OUT, o->subject, &r, note);
	if (rc == ERR_NOTFOUND)
		rc = ledger_read(l, LEDGER_IN, o->subject, &r, note);
	if (rc < 0)
		return rc;
	buf_init(&pdf, PAPER_MAX);
	rc = paper_give(l, act, o->subject, o, draw(r, &pdf), &pdf, out, note);
	json_decref(r);
	return rc;
}

int acts_slip(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	return disc_paper(l, o, "disc.slip", paper_slip, out, note);
}

int acts_label(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	return disc_paper(l, o, "disc.label", paper_label, out, note);
}

int acts_book(struct ledger *l, const struct options *o, json_t **out, struct err_note *note)
{
	struct buf pdf;
	json_t *list = NULL;
	if (!paper_month_ok(o->month))
		return err_set(note, ERR_SCHEMA, "--month %.20s: YYYY-MM", o->month);
	int rc = ledger_list(l, &list, note);
	if (rc < 0)
		return rc;
	buf_init(&pdf, PAPER_MAX);
	rc = paper_give(l, "disc.book", o->month, o, paper_book(list, o->month, &pdf), &pdf, out, note);
	json_decref(list);
	return rc;
}
