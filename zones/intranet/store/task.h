/* Review tasks 权籍审核. */
#ifndef CAD_STORE_TASK_H
#define CAD_STORE_TASK_H
#include "common/base/json.h"
#include "common/db/blob.h"
#include "common/db/db.h"

struct task {
	char id[37], case_number[24], unit_code[29], parcel_code[20], state[16], received_at[25], name[160];
	char change[8];     /* new, keep, replace: what the case does to the cadastre (messages.yaml) */
	char parcels[1600]; /* JSON [{"code","area_cm2"}]: what the file is to have */
	char ends[700];     /* JSON [code]: whose place they take */
	char verdict[16], opinion[512], reviewer[64], approver[64], approval[512];
	char ended[16],
		ended_at[25]; /* how the case ended meanwhile, "" not; an open task has that as its state */
	char refused[512];    /* why the registry did not take the result; "" it did, or has not said */
	int64_t claimed_cm2, version;
	struct blob_ref graphics; /* envelope for this zone */
};
SW_MUST_USE int task_insert(struct db_tx *tx, const struct task *t);
SW_MUST_USE int task_get(struct db_tx *tx, const char *id, struct task *out);
/* Writes state, verdict, opinions and names if `version` is current: ERR_CONFLICT. */
SW_MUST_USE int task_update(struct db_tx *tx, struct task *t, int64_t version);
/* The case ended in the registry: withdrawn, refused, rejected. Nothing where there is no task, or it is
 * known. */
SW_MUST_USE int task_end(struct db_tx *tx, const char *id, const char *how, const char *at);
SW_MUST_USE int task_refused(struct db_tx *tx, const char *id, const char *reason);
SW_MUST_USE int task_list(struct db_tx *tx, const char *state, json_t **out);
json_t *task_json(const struct task *t);
#endif
