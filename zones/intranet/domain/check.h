/* 权籍审核: the checks on submitted outlines, against what the case says and what is drawn already. Pure. */
#ifndef CAD_DOMAIN_CHECK_H
#define CAD_DOMAIN_CHECK_H
#include "zones/intranet/domain/geometry.h"

/* What becomes of the cadastre: a parcel that nobody has drawn; one that stays as it is; 分割 or 合并 of
 * land. */
enum check_change { CHECK_NEW, CHECK_KEEP, CHECK_REPLACE };
/* An outline as submitted; borrowed. */
struct check_parcel {
	const struct geometry *shape;
	const char *code;         /* as the file has it */
	bool wanted;              /* the case names a parcel of this code */
	bool taken;               /* such a parcel is, or was, in the cadastre */
	int64_t claimed_cm2;      /* by the case */
	int64_t overlap_cm2;      /* sum over the neighbours that stay, and over the others of the file */
	const char *overlap_with; /* "" none */
};
struct check_input {
	enum check_change change;
	const struct check_parcel *parcels;
	size_t n, wanted;                /* how many the case names */
	const char *of_case;             /* their codes, for the reason */
	const struct geometry *division; /* NULL: not known, that check fails */
	int64_t tolerance_permille;
	/* Those that are drawn and that the submitted ones must cover exactly: the parcel that stays, or the
	 * ones that end. drawn 0: none of them is drawn yet. difference_cm2: geometry.h. */
	size_t drawn;
	int64_t difference_cm2;
};
/* Appends {"name","zh","en","passed","reason"} per check; true when all passed. */
bool check_run(const struct check_input *in, json_t *checks);
#endif
