/* Who acts for a party at the window 代理人、监护人: the operator has seen the power of attorney or the proof
 * of guardianship on paper and names it. Judged by the rules of common/workflow/agent.h, but that a guardian
 * may act for a ward of age too (民法典 第二十八条), and that what lets them act is the paper. Pure. Sources:
 * 民法典 第一百六十五条, 不动产登记暂行条例实施细则 第十一条, 第十二条. */
#ifndef REG_DOMAIN_WINDOW_AGENT_H
#define REG_DOMAIN_WINDOW_AGENT_H
#include "common/base/json.h"

/* agent: {"kind":"power"|"guardian","name","id_number","paper","until"}: paper is the number of the power of
 * attorney or of the proof of guardianship, until the last day of the power, "" none. *out: the same with
 * "id_kind":"1", for the form; new reference. day: YYYY-MM-DD. ERR_SCHEMA names what is wrong. */
SW_MUST_USE int window_agent_check(
	const json_t *agent, const json_t *party, const char *day, json_t **out, struct err_note *note);
#endif
