/* Commands that act in the ledger alone. */
#ifndef SW_BURNER_ACTS_H
#define SW_BURNER_ACTS_H
#include "burner/cli/options.h"
#include "burner/ferry/ferry.h"

typedef int acts_fn(struct ledger *l, const struct options *o, json_t **out, struct err_note *note);
acts_fn acts_stage, acts_approve, acts_burn, acts_handover, acts_void, acts_receive, acts_archive,
	acts_destroy, acts_issued, acts_erase, acts_revoke, acts_blank, acts_scrap, acts_policy, acts_list,
	acts_slip, acts_label, acts_book, acts_show, acts_prune_log;
/* Every text that goes into records and logs is short, one line and UTF-8. ERR_LIMIT, ERR_SCHEMA. */
SW_MUST_USE int acts_texts(const struct options *o, struct err_note *note);
/* The passphrase, where the command has one: read before the ledger is taken. Initialises *out in any case.
 */
SW_MUST_USE int acts_phrase(const struct options *o, struct buf *out, struct err_note *note);
/* Who acts: --by, or the name of the certificate of the key. */
#define ACTS_BY 256
void acts_by(const struct options *o, char out[static ACTS_BY]);
/* What the command is about: a disc, a serial number, the name of a file; "-" when nothing is named. */
const char *acts_subject(const struct options *o);
#endif
