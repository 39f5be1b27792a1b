/* Documents 文书 of an application as the office issued them. */
#ifndef INTAKE_STORE_ISSUED_H
#define INTAKE_STORE_ISSUED_H
#include "common/base/json.h"
#include "common/db/blob.h"
#include "common/db/db.h"

#define ISSUED_FORMATS 2
extern const char *const issued_formats[ISSUED_FORMATS]; /* pdf, ofd: the order of the attachments */
/* body: of document.issued; files as they came. ERR_EXISTS: this number was issued before. */
SW_MUST_USE int issued_add(struct db_tx *tx, const char *application, const json_t *body,
	const struct blob_ref files[static ISSUED_FORMATS]);
/* [{"number","kind","zh","en","at","statement","signature","seal_certificate"}], oldest first. */
SW_MUST_USE int issued_list(struct db_tx *tx, const char *application, json_t **out);
/* ERR_NOTFOUND. */
SW_MUST_USE int issued_file(struct db_tx *tx, const char *application, const char *number, const char *format,
	struct blob_ref *out);
#endif
