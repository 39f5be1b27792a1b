/* What the parts of application.h share. */
#ifndef INTAKE_STORE_APPLICATION_IMPL_H
#define INTAKE_STORE_APPLICATION_IMPL_H
#include "zones/internet/store/application.h"

/* What the column `before` holds of the form that stands, when a correction is asked for; what `form` holds
 * of the one before, when the answer is opened again. Appended. */
SW_MUST_USE int application_form_keep(struct db_tx *tx, struct vault *v, const char *id, struct buf *sealed);
SW_MUST_USE int application_form_back(struct db_tx *tx, struct vault *v, const char *id, struct buf *sealed);
#endif
