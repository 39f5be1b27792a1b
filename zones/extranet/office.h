/* 登记机构: the offices of the divisions that this registry serves, one file each (conf/extranet/offices).
 * What stands on an office's papers, and its e-seal. */
#ifndef REG_OFFICE_H
#define REG_OFFICE_H
#include "common/service/service.h"
#include "zones/extranet/store/paper.h"

struct office {
	char division[7];
	struct paper_office paper; /* borrowed: province, place */
	const char *name, *review, *court;
	const char *seal_cert; /* file */
	struct sign_key *seal;
};
struct offices;
/* FOLDER/DIVISION.yaml of every tenant of the service. ERR_CONFIG: with the place. */
SW_MUST_USE int offices_load(
	const struct service *s, const char *folder, struct offices **out, struct err_note *note);
void offices_free(struct offices *o);
/* n-th, the service's own first; NULL behind the last. */
const struct office *offices_at(const struct offices *o, size_t n);
/* NULL: none here. */
const struct office *offices_find(const struct offices *o, const char *division);
/* Of a text that is a unit code: a unit belongs to the office of the division that its code begins with.
 * ERR_REFUSED: it is not this one's, the note names who is responsible. */
SW_MUST_USE int office_owns_unit(
	const struct offices *o, const char *division, const char *unit, struct err_note *note);
#endif
