/* Templates of what the desk tells applicants 站内消息与短信模板. Their sentences stand in the pages
 * (web/src/views/message/templates.ts) and, for short messages, at the gateway under "application-CODE": what
 * goes there is the code and the last digits of the case number, nothing personal. Pure. */
#ifndef INTAKE_DOMAIN_TEMPLATE_H
#define INTAKE_DOMAIN_TEMPLATE_H
#include <stdbool.h>
#include <stddef.h>

bool template_known(const char *code); /* one that a person may choose */
/* The code of what the office's news mean for the applicant; NULL: news that need no message. */
const char *template_of_state(const char *state);
#define TEMPLATE_TAIL 5
/* The last four digits of a case number; "" when it has fewer. */
void template_tail(const char *number, char out[static TEMPLATE_TAIL]);
#endif
