/* The e-certificate 电子证照 as the registry sealed it. */
#ifndef INTAKE_STORE_CERTIFICATE_H
#define INTAKE_STORE_CERTIFICATE_H
#include "common/crypto/vault.h"
#include "common/db/blob.h"
#include "common/db/db.h"

struct certificate {
	char number[128], signature[512];
	char seal_certificate[8192];
	struct blob_ref ref;
};
SW_MUST_USE int certificate_add(struct db_tx *tx, struct vault *v, const char *application,
	const struct certificate *c, const char *text);
/* text appended; ERR_NOTFOUND. */
SW_MUST_USE int certificate_get(struct db_tx *tx, struct vault *v, const char *application,
	struct certificate *out, struct buf *text);
#endif
