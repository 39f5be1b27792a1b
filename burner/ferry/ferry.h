/* What people do with a disc. Each act: intent into the audit log, the act made durable, the record, the
 * result. An act that was cut off is finished by doing it again. `out` is a new reference to a JSON object
 * that tells the result. */
#ifndef SW_BURNER_FERRY_H
#define SW_BURNER_FERRY_H
#include "burner/disc/repair.h"
#include "burner/ferry/source.h"
#include "burner/ledger/ledger.h"
#include "common/crypto/key.h"

/* 编目: takes every NAME.swb out of the folder `from`, in the order of their names, and closes them as a new
 * disc, or as a set of as many discs as it takes. ERR_NOTFOUND when there is nothing to carry; ERR_MEMBER,
 * and what a reader of bundles says, for what is no bundle: then nothing is staged. ->
 * {"disc","discs":[DISC],"bundles","left"}; disc is the first, left what even a set does not take. */
/* Sectors of "cd", "dvd", "dvd-dl", "bd", or a size: "700M", "16G" (2^20, 2^30 bytes); 0 for anything else.
 */
uint32_t ferry_capacity(const char *medium);
struct ferry_order {
	const char *from, *reason, *by, *use; /* use 用途 stands on the slip */
	const char *medium;                   /* as for ferry_capacity */
	enum disc_mark mark;
	const struct suite *suite;
	const struct trust
		*trust; /* authority of those who seal the bundles; NULL: only form and own signature */
};
SW_MUST_USE int ferry_stage(
	struct ledger *l, const struct ferry_order *o, json_t **out, struct err_note *note);
/* What an approver must see: the record, and of a disc of this side the files it carries. ->
 * {"record","files":[{"digest", "name","size"}]} */
SW_MUST_USE int ferry_show(struct ledger *l, const char *disc, json_t **out, struct err_note *note);
/* 批准 by the owner of the key. ERR_APPROVAL when the same person has approved. ->
 * {"disc","state","approvals":N} */
SW_MUST_USE int ferry_approve(
	struct ledger *l, const char *disc, const struct sign_key *k, json_t **out, struct err_note *note);
/* 刻录 into a new image file, read back and compared before it gets its name; then by a drive, whose medium
 * must be blank, and read back again. A registered blank that a drive spoiled becomes scrap. ERR_APPROVAL,
 * ERR_STATE, ERR_EXISTS when another file has that name, ERR_REFUSED against the policy. ->
 * {"disc","state","approvals"} */
struct ferry_burning {
	const char *to, *by;
	const char *blank; /* serial number; NULL where none is demanded */
	const char *drive; /* NULL: the image file is all */
};
SW_MUST_USE int ferry_burn(struct ledger *l, const char *disc, const struct ferry_burning *b, json_t **out,
	struct err_note *note);
/* The medium in a drive that carries the blank `serial` is made blank again, where the policy allows it:
 * never one whose disc is neither void nor destroyed. -> the blank's record */
SW_MUST_USE int ferry_erase(struct ledger *l, const char *serial, const char *drive, const char *reason,
	const char *by, json_t **out, struct err_note *note);
/* 移交 of a burnt disc from a place to another (or who carries it), under the number of its seal 封签; again
 * by the same person to the same place is no error. ERR_EXISTS for a seal that another disc has. ->
 * {"disc","state"} */
struct ferry_handing {
	const char *from, *to, *seal, *by; /* from and seal: "" where there is none */
};
SW_MUST_USE int ferry_handover(struct ledger *l, const char *disc, const struct ferry_handing *h,
	json_t **out, struct err_note *note);
/* 作废 before it was handed over; `back` >= 0: its bundles appear in that folder again. The next disc tells
 * the other side. -> {"disc","state"} */
SW_MUST_USE int ferry_void(struct ledger *l, const char *disc, const char *reason, int back, const char *by,
	json_t **out, struct err_note *note);
/* 接收 of what somebody brought, before any drive reads it. ERR_REFUSED where a seal, a registered blank or a
 * signature is demanded; the blank is used then. -> {"disc","state"} */
struct ferry_arrival {
	const char *disc, *from, *by;
	const char *seal; /* "": none */
	const char *
		identity; /* what the slip says: only that disc is imported under this number; "": not said */
	const char *blank; /* serial number of the medium; "": not said */
	enum disc_mark
		mark; /* 密级 as it stands on the case; another one is not imported under this number */
	/* Signs {"act":"receive","blank","digest","disc","from","mark","seal"} 签收; NULL: nobody does. */
	const struct sign_key *key;
};
SW_MUST_USE int ferry_receive(
	struct ledger *l, const struct ferry_arrival *a, json_t **out, struct err_note *note);
/* 归档 of an imported disc. -> {"disc","state"} */
SW_MUST_USE int ferry_archive(struct ledger *l, const char *disc, const char *place, const char *by,
	json_t **out, struct err_note *note);
/* 销毁: each of two persons signs {"act":"destroy","digest","disc","how"} with the own key; the first one's
 * `how` holds. ERR_APPROVAL for the same person again. With the second the disc is destroyed, and its bundles
 * leave the store; the record stays. -> {"disc","state","signatures":N} */
SW_MUST_USE int ferry_destroy(struct ledger *l, const char *disc, const char *how, const struct sign_key *k,
	json_t **out, struct err_note *note);
/* 导入, once: approved below `t`, every digest right, then all bundles appear in the folder `into`.
 * ERR_IMPORTED, ERR_FORK (the number is known with other content), ERR_REFUSED (declared void), ERR_CERT,
 * ERR_APPROVAL … A refusal is kept in the ledger, under the name of the file or drive while the disc is
 * unknown. A predecessor that never came is named in "missing", what is absent of a set in "sets"; what was
 * damaged in "sectors". ->
 * {"disc","bundles","missing","sets","sectors":{"bad","repaired","total"}?} */
SW_MUST_USE int ferry_import(struct ledger *l, const struct source *image, const struct trust *t, int into,
	const char *by, json_t **out, struct err_note *note);
/* The same checks, and every sector is looked at; *report is set also when the disc is refused. Without a
 * ledger (NULL) nothing is written down; with one the disc is one that was burnt on this side, and becomes
 * verified.
 * -> {"disc","bundles","identity","approvals":[…],"sectors":{"bad","map":[[first,number,"repaired"|"bad"]…],
 * "repaired","total"}} */
SW_MUST_USE int ferry_verify(struct ledger *l, const struct source *image, const struct trust *t,
	const char *by, json_t **out, struct repair_report *report, struct err_note *note);
#endif
