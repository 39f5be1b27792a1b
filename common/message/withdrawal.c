#include "common/message/withdrawal.h"

int withdrawal_text(const char *application, const char *form_digest, struct buf *out)
{
	json_t *o = json_pack("{s:s,s:s,s:s,s:s}", "act", "withdraw", "application", application, "form",
		form_digest, "statement",
		"本人申请撤回该不动产登记申请。登簿前全体申请人共同撤回的，不再登记（《不动产登记暂行条例》第"
		"十五条、"
		"《不动产登记暂行条例实施细则》第十三条）。");
	int rc = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	return rc;
}
