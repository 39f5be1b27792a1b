#include "zones/extranet/store/offer.h"

#include "zones/extranet/domain/entry_kind.h"
#include <stdio.h>
#include <string.h>

static int layout_there(
	const struct registry *r, const struct business *b, const char *code, struct err_note *note)
{
	return layout_find(r->layouts, code)
		       ? 0
		       : err_set(note, ERR_CONFIG, "business %s: documents: %s.yaml is missing", b->code,
				 code);
}

/* What comes of a business has its layout, and is of the kind of its certificate. */
static int document_fits(const struct registry *r, const struct business *b, struct err_note *note)
{
	char kind[32];
	bool none = strcmp(b->certificate, "none") == 0;
	snprintf(kind, sizeof kind, "%s%s", none ? "notice-entry" : "certificate-",
		none ? "" : b->certificate);
	if (strcmp(b->document, kind) != 0)
		return err_set(note, ERR_CONFIG,
			"business %s: document: %s is expected where certificate is %s", b->code, kind,
			b->certificate);
	return layout_there(r, b, b->document, note);
}

/* Only layouts of what people sign print nothing but what is given to them by the application. */
static int papers_fit(const struct registry *r, const struct business *b, struct err_note *note)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < b->npapers; i++) {
		if (strncmp(b->papers[i].template, "signed-", 7) != 0)
			return err_set(note, ERR_CONFIG,
				"business %s: papers: %s: template: a layout signed-… is expected", b->code,
				b->papers[i].code);
		rc = layout_there(r, b, b->papers[i].template, note);
	}
	return rc;
}

/* What nobody could ever answer is asked by nobody; and no notice stands there that is never made. */
static int answerable(const struct business *b, const struct business_field *f, struct err_note *note)
{
	return f->min <= f->max ? 0
				: err_set(note, ERR_CONFIG,
					  "business %s: %s: the least that it takes is more than the most",
					  b->code, f->code);
}

static int usable(const struct business *b, struct err_note *note)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < b->nfields; i++)
		rc = answerable(b, &b->fields[i], note);
	for (size_t i = 0; rc == 0 && i < b->nquestions; i++)
		rc = answerable(b, &b->questions[i].f, note);
	for (size_t i = 0; rc == 0 && i < b->nnotices; i++)
		if (business_notice(b, b->notices[i].event) != b->notices[i].template ||
			!b->notices[i].event[0] || strchr(b->notices[i].event, ' '))
			rc = err_set(note, ERR_CONFIG,
				"business %s: notices: event \"%.40s\": one occasion is expected, once",
				b->code, b->notices[i].event);
	return rc;
}

int offer_fits(const struct registry *r, const struct business *b, struct err_note *note)
{
	int rc = entry_kind_fits(b, note);
	if (rc == 0)
		rc = business_fees_check(b, business_fees(r->businesses), note);
	if (rc == 0)
		rc = document_fits(r, b, note);
	if (rc == 0)
		rc = papers_fit(r, b, note);
	return rc == 0 ? usable(b, note) : rc;
}
