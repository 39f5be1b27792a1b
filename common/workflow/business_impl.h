/* Inside common/workflow only: the parts of the business reader. */
#ifndef SW_WORKFLOW_BUSINESS_IMPL_H
#define SW_WORKFLOW_BUSINESS_IMPL_H
#include "common/workflow/business.h"
#include "common/workflow/marked.h"

/* business_read.c: business.yaml. */
SW_MUST_USE int business_read_yaml(const struct marked *m, const json_t *root, struct business *b);
/* business_form.c: form.json, a form-js schema (JSON is read as YAML, for its places); fills form and fields.
 */
SW_MUST_USE int business_read_form(const struct marked *m, const json_t *root, struct business *b);
#endif
