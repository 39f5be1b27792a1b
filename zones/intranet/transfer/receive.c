#include "zones/intranet/transfer/receive.h"

#include "common/log/log.h"
#include "zones/intranet/cadastre.h"
#include "zones/intranet/store/blank.h"
#include "zones/intranet/store/task.h"
#include <stdio.h>
#include <string.h>

/* Bounded by the catalogue. */
static int text_of(const json_t *v, char *out, size_t size)
{
	struct buf text;
	buf_init(&text, size);
	int rc = json_canon(v, &text);
	if (rc == 0)
		snprintf(out, size, "%s", (const char *)text.p);
	buf_fini(&text);
	return rc;
}

int receive_graphics(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct task t = {.graphics = attachments[0]};
	const json_t *parcels = json_object_get(m->body, "parcels"), *p;
	size_t i;
	(void)arg;
	json_array_foreach(parcels, i, p) t.claimed_cm2 += json_int(p, "area_cm2");
	snprintf(t.change, sizeof t.change, "%s", json_str(m->body, "change"));
	snprintf(t.id, sizeof t.id, "%s", json_str(m->body, "application"));
	snprintf(t.case_number, sizeof t.case_number, "%s", json_str(m->body, "number"));
	snprintf(t.unit_code, sizeof t.unit_code, "%s", json_str(m->body, "unit_code"));
	snprintf(t.parcel_code, sizeof t.parcel_code, "%s", json_str(m->body, "parcel_code"));
	snprintf(t.name, sizeof t.name, "%s", m->attachments[0].name);
	time_text(time_now_ms(), t.received_at);
	int rc = text_of(parcels, t.parcels, sizeof t.parcels);
	if (rc == 0)
		rc = text_of(json_object_get(m->body, "ends"), t.ends, sizeof t.ends);
	if (rc == 0)
		rc = task_insert(tx, &t);
	if (rc == ERR_EXISTS)
		return err_set(note, ERR_REFUSED, "body.application: graphics of this case are here already");
	return rc == 0 ? audit_record(tx, "system", "graphics.received", t.case_number, NULL) : rc;
}

/* A result that crossed the end of its case: who reviewed sees why it was not taken. */
static int result_refused(struct db_tx *tx, const struct message *m)
{
	char reason[340];
	int rc = 0;
	snprintf(reason, sizeof reason, "%s: %s", json_str(m->body, "reason"), json_str(m->body, "where"));
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++)
		if (strcmp(m->keys[i].kind, "case") == 0)
			rc = task_refused(tx, m->keys[i].id, reason);
	return rc;
}

int receive_refusal(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	(void)attachments;
	(void)arg;
	(void)note;
	log_warn("message-refused", "message=%s type=%s reason=%s", json_str(m->body, "message"),
		json_str(m->body, "type"), json_str(m->body, "reason"));
	int rc = strcmp(json_str(m->body, "type"), "cadastral.result") == 0 ? result_refused(tx, m) : 0;
	return rc == 0 ? audit_record(tx, "system", "message.refused", json_str(m->body, "message"), NULL)
		       : rc;
}

int receive_end(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	(void)attachments;
	(void)arg;
	(void)note;
	json_t *detail = json_pack("{s:s}", "state", json_str(m->body, "state"));
	int rc = detail ? task_end(tx, json_str(m->body, "application"), json_str(m->body, "state"),
				  json_str(m->body, "at"))
			: ERR_NOMEM;
	if (rc == 0)
		rc = audit_record(tx, "system", "case.ended", json_str(m->body, "number"), detail);
	json_decref(detail);
	return rc;
}

int receive_blank(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	(void)attachments;
	(void)arg;
	(void)note;
	int rc = blank_tell(tx, m->body);
	return rc < 0 ? rc : audit_record(tx, "system", "blank.received", json_str(m->body, "serial"), NULL);
}
