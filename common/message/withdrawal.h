/* 撤回: what everybody who signed an application signs to take it back. The portal shows it, the registry
 * makes it anew from what it has and checks the signatures over it. Pure. Sources: 不动产登记暂行条例
 * 第十五条 (before the entry), 不动产登记暂行条例实施细则 第十三条 (全体申请人). */
#ifndef SW_MESSAGE_WITHDRAWAL_H
#define SW_MESSAGE_WITHDRAWAL_H
#include "common/base/json.h"

#define WITHDRAWAL_TEXT 639
/* Appends canonical JSON {"act":"withdraw","application","form","statement"}; form_digest: hex, of the form
 * that stands, so that a signature from before a correction 补正 takes nothing back behind it. */
SW_MUST_USE int withdrawal_text(const char *application, const char *form_digest, struct buf *out);
#endif
