/* Simulator of the national platform 不动产登记信息管理基础平台 at its exchange folder: fetches what stands
 * in FOLDER/out into FOLDER/got, checks form and signature, compares each daily log with the messages that
 * came, and answers into FOLDER/in — truly, or wrongly on demand. */
#ifndef SW_DEPT_PLATFORM_H
#define SW_DEPT_PLATFORM_H
#include "common/crypto/key.h"

enum platform_mode {
	PLATFORM_TRUE,       /* accepts what is right */
	PLATFORM_REFUSE,     /* refuses every message */
	PLATFORM_HOLD,       /* fetches, answers later (platform_answer_held) */
	PLATFORM_GARBAGE,    /* answers that are no answers */
	PLATFORM_STRANGER,   /* answers for messages nobody made */
	PLATFORM_TWICE,      /* the same answer again for everything fetched before */
	PLATFORM_CONTRADICT, /* the opposite answer for everything fetched before */
	PLATFORM_MODES
};
int platform_mode_of(const char *name); /* true refuse hold garbage stranger twice contradict; -1 */
struct platform_count {
	int messages, logs, accepted, refused, bad; /* bad: unreadable or wrongly signed */
};
SW_MUST_USE int platform_round(
	const char *folder, const struct cert *seal, enum platform_mode mode, struct platform_count *n);
/* Answers everything that was fetched and has no answer yet. */
SW_MUST_USE int platform_answer_held(const char *folder, const struct cert *seal, struct platform_count *n);
#endif
