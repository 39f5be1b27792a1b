#include "burner/ledger/blank.h"

#include "common/os/file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERIAL_MAX (DISC_SERIAL - 1)
#define BLANK_MAX 65536

static int blank_read(const struct ledger *l, const char *serial, json_t **out, struct err_note *note)
{
	char name[SERIAL_MAX + 8];
	struct buf b;
	if (!disc_serial_ok(serial))
		return err_set(note, ERR_SCHEMA, "%.60s: not the serial number of a disc", serial);
	(void)snprintf(name, sizeof name, "%s.json", serial);
	buf_init(&b, BLANK_MAX);
	int rc = file_read(ledger_dir(l, LEDGER_BLANKS), name, BLANK_MAX, &b);
	if (rc == ERR_NOTFOUND)
		rc = err_set(note, rc, "blank %s: not registered", serial);
	else if (rc == 0)
		rc = json_parse(buf_view(&b), BLANK_MAX, out, note);
	else
		rc = err_set(note, rc, "record of blank %s", serial);
	buf_fini(&b);
	return rc;
}

static int blank_write(const struct ledger *l, const json_t *record, struct err_note *note)
{
	char name[SERIAL_MAX + 8];
	struct buf b;
	(void)snprintf(name, sizeof name, "%s.json", json_str(record, "serial"));
	buf_init(&b, BLANK_MAX);
	int rc = json_canon(record, &b);
	if (rc == 0)
		rc = file_write(ledger_dir(l, LEDGER_BLANKS), name, 0640, buf_view(&b), "ledger.blank");
	buf_fini(&b);
	return rc < 0 ? err_set(note, rc, "record of blank %s cannot be written", json_str(record, "serial"))
		      : 0;
}

int blank_add(struct ledger *l, const char *serial, const char *label, enum disc_mark mark, const char *by,
	json_t **out, struct err_note *note)
{
	json_t *r = NULL;
	int rc = blank_read(l, serial, &r, note);
	json_decref(r);
	if (rc != ERR_NOTFOUND)
		return rc < 0 ? rc : err_set(note, ERR_EXISTS, "blank %s: registered already", serial);
	r = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:[]}", "serial", serial, "label", label, "mark",
		disc_mark_name(mark), "state", "", "disc", "", "told", "", "steps");
	rc = r ? record_note(r, "blank", by, "") : ERR_NOMEM;
	if (rc == 0)
		rc = ledger_audit(l, "blank.add", serial,
			json_pack("{s:s,s:s,s:s}", "by", by, "label", label, "mark", disc_mark_name(mark)),
			note);
	if (rc == 0)
		rc = blank_write(l, r, note);
	if (rc < 0)
		json_decref(r);
	else
		*out = r;
	return rc;
}

int blank_scrap(struct ledger *l, const char *serial, const char *reason, const char *by, json_t **out,
	struct err_note *note)
{
	json_t *r = NULL;
	int rc = blank_read(l, serial, &r, note);
	if (rc == 0 && strcmp(json_str(r, "state"), "blank") != 0)
		rc = err_set(note, ERR_STATE, "blank %s: is %s", serial, json_str(r, "state"));
	if (rc == 0)
		rc = ledger_audit(
			l, "blank.scrap", serial, json_pack("{s:s,s:s}", "by", by, "reason", reason), note);
	if (rc == 0)
		rc = record_note(r, "scrap", by, reason);
	if (rc == 0)
		rc = blank_write(l, r, note);
	if (rc < 0)
		json_decref(r);
	else
		*out = r;
	return rc;
}

int blank_spend(struct ledger *l, const char *serial, const char *state, const char *by, const char *why,
	struct err_note *note)
{
	json_t *r = NULL;
	int rc = blank_read(l, serial, &r, note);
	/* Numbered there alone, or it came here after all. */
	if (rc == ERR_NOTFOUND || (rc == 0 && strcmp(json_str(r, "state"), "used") == 0) ||
		(rc == 0 && strcmp(json_str(r, "state"), "scrap") == 0) ||
		(rc == 0 && strcmp(json_str(r, "state"), state) == 0)) {
		json_decref(r);
		return 0;
	}
	if (rc == 0)
		rc = ledger_audit(l, strcmp(state, "void") == 0 ? "blank.void" : "blank.scrap", serial,
			json_pack("{s:s,s:s}", "by", by, "reason", why), note);
	if (rc == 0)
		rc = record_note(r, state, by, why);
	if (rc == 0 && json_object_set_new(r, "told", json_string(state)) < 0)
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = blank_write(l, r, note);
	json_decref(r);
	return rc;
}

int blank_free(
	const struct ledger *l, const char *serial, const char *disc, json_t **record, struct err_note *note)
{
	json_t *r = NULL;
	int rc = blank_read(l, serial, &r, note);
	/* One under a void disc may have been erased there. */
	if (rc == 0 && strcmp(json_str(r, "state"), "blank") != 0 &&
		strcmp(json_str(r, "state"), "void") != 0 && strcmp(json_str(r, "disc"), disc) != 0)
		rc = err_set(note, ERR_STATE, "blank %s: is %s%s%s", serial, json_str(r, "state"),
			*json_str(r, "disc") ? " by disc " : "", json_str(r, "disc"));
	if (rc < 0)
		json_decref(r);
	else
		*record = r;
	return rc;
}

int blank_told(struct ledger *l, const char *serial, const char *state, json_t **out, struct err_note *note)
{
	json_t *r = NULL;
	int rc = blank_read(l, serial, &r, note);
	if (rc == 0 && strcmp(json_str(r, "state"), state) != 0)
		rc = err_set(note, ERR_STATE, "blank %s: is %s", serial, json_str(r, "state"));
	if (rc == 0 && json_object_set_new(r, "told", json_string(state)) < 0)
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = blank_write(l, r, note);
	if (rc < 0)
		json_decref(r);
	else
		*out = r;
	return rc;
}

int blank_fits(const struct ledger *l, const char *serial, const struct disc *d, json_t **record,
	struct err_note *note)
{
	enum disc_mark mark = DISC_PUBLIC;
	json_t *r = NULL;
	int rc = blank_free(l, serial, d->id, &r, note);
	if (rc == 0)
		rc = disc_mark_parse(json_str(r, "mark"), &mark);
	if (rc == 0 && mark < d->mark)
		rc = err_set(note, ERR_REFUSED, "blank %s is marked %s, disc %s is %s", serial,
			json_str(r, "mark"), d->id, disc_mark_name(d->mark));
	if (rc < 0)
		json_decref(r);
	else
		*record = r;
	return rc;
}

int blank_use(struct ledger *l, json_t *record, const char *disc, const char *by, struct err_note *note)
{
	if (strcmp(json_str(record, "disc"), disc) == 0)
		return 0;
	int rc = json_object_set_new(record, "disc", json_string(disc)) < 0 ? ERR_NOMEM : 0;
	if (rc == 0)
		rc = record_note(record, "used", by, disc);
	return rc < 0 ? rc : blank_write(l, record, note);
}

int blank_erasable(const struct ledger *l, const char *serial, json_t **record, struct err_note *note)
{
	json_t *r = NULL;
	int rc = blank_read(l, serial, &r, note);
	if (rc == 0 && strcmp(json_str(r, "state"), "scrap") == 0)
		rc = err_set(note, ERR_STATE, "blank %s: is scrap", serial);
	if (rc < 0)
		json_decref(r);
	else
		*record = r;
	return rc;
}

int blank_erased(struct ledger *l, json_t *record, const char *reason, const char *by, struct err_note *note)
{
	int rc = json_object_set_new(record, "disc", json_string("")) < 0 ? ERR_NOMEM : 0;
	if (rc == 0)
		rc = record_note(record, "blank", by, reason);
	return rc < 0 ? rc : blank_write(l, record, note);
}

int blank_list(const struct ledger *l, json_t **out, struct err_note *note)
{
	return ledger_files(l, LEDGER_BLANKS, disc_serial_ok, out, note);
}
