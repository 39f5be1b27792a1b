/* A material on its way into an application. */
#ifndef INTAKE_API_UPLOAD_H
#define INTAKE_API_UPLOAD_H
#include "zones/internet/api/api.h"
#include "zones/internet/store/material.h"

struct upload {
	struct portal *p;
	struct service *s;
	const char *id, *material_id;
	const struct http_account *who;
	struct material m;
	int64_t size, offset;
	const char *sum;     /* SHA-256 of the whole as hex; NULL: it comes in one piece */
	struct digest piece; /* its place among the files on their way */
	bool drop;           /* its file goes with it */
	bool late;           /* added after the submission */
	const char *note_text, *replaces;
	bool there; /* the same file is there already: nothing is added */
	struct err_note note;
};
/* Own application that is a draft or asked to be put right. ERR_NOTFOUND, ERR_STATE. */
SW_MUST_USE int upload_own_draft(struct upload *u, struct db_tx *tx, struct application *a);
/* In a correction only what is asked for is open: ERR_STATE. */
SW_MUST_USE int upload_asked_for(
	struct upload *u, struct db_tx *tx, const struct application *a, const char *code);
/* db_fn of a struct upload: may it come? Own draft, a material of its list, within its size, and not more
 * files than one message carries; late: by every party, between submission and entry. */
SW_MUST_USE int upload_may_add(struct db_tx *tx, void *arg);
/* db_fn of a struct upload: its row; `there` when the same file was added before. */
SW_MUST_USE int upload_add(struct db_tx *tx, void *arg);
/* Audit record of what became of a material. */
SW_MUST_USE int upload_record(struct db_tx *tx, struct upload *u, const char *action, const char *material);
#endif
