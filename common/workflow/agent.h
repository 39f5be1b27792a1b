/* Who signs for a party 代理与监护. Pure. A party of the form may hold
 * "agent": {"kind","name","id_kind","id_number"}: kind power 委托代理人 or representative of an organisation
 * (what lets them act is the statement of mandate.h), kind guardian 监护人 (of a minor, proved by a material
 * of the business that is asked for then). Sources: 民法典 第二十七条, 第一百六十五条;
 * 不动产登记暂行条例实施细则 第十一条, 第十二条. */
#ifndef SW_WORKFLOW_AGENT_H
#define SW_WORKFLOW_AGENT_H
#include "common/workflow/business.h"

#define AGENT_POWER "power"
#define AGENT_GUARDIAN "guardian"
#define AGENT_NUMBERS_MAX 18 /* of a resident identity number */
/* The agent of a party; NULL: it acts itself. */
const json_t *agent_of(const json_t *party);
/* Whether it has one of this kind. */
bool agent_is(const json_t *party, const char *kind);
/* Whose signature it needs: the agent, or the party; both hold "name", "id_kind", "id_number". */
const json_t *agent_signer(const json_t *party);
/* 监护人 or 代理人, as papers call who acts for this party; "": it acts itself. */
const char *agent_title(const json_t *party);
/* 授权委托书 that was seen on paper at the window: its scan is a material beside those that the business
 * lists, as soon as anybody of the form acts by such a power. */
#define AGENT_POWER_MATERIAL "power-of-attorney"
bool agent_power_seen(const json_t *form);
/* Whether any party of the form has a guardian. */
bool agent_guards(const json_t *form);
/* Whether the holder of this resident identity number is under eighteen on the day (YYYY-MM-DD). */
bool agent_minor(const char *number, const char *day);
/* Shape of "agent" as a browser or another zone sends it. ERR_SCHEMA. */
SW_MUST_USE int agent_check(const json_t *agent, struct err_note *note);
/* What a form signed on the internet must hold of agents on `day`: an organisation has one with a power, a
 * minor has an adult guardian, only minors have guardians and only where the business asks for their proof,
 * nobody acts for himself. Findings and answer as business_check_form. */
SW_MUST_USE int agent_check_form(const struct business *b, const json_t *form, const char *day,
	json_t *findings, struct err_note *note);
#endif
