/* Inside common/workflow only: the parts of the business reader. */
#ifndef SW_WORKFLOW_BUSINESS_IMPL_H
#define SW_WORKFLOW_BUSINESS_IMPL_H
#include "common/workflow/business.h"
#include "common/workflow/marked.h"

/* business_read.c: business.yaml. */
SW_MUST_USE int business_read_yaml(const struct marked *m, const json_t *root, struct business *b);
/* Whether a word of n bytes stands in a text of words separated by spaces. */
bool business_word_in(const char *words, const char *s, size_t n);
/* business_paper.c: papers and pledge of business.yaml, after the roles and materials. */
SW_MUST_USE int business_read_papers(const struct marked *m, const json_t *root, struct business *b);
void business_papers_free(struct business *b);
/* business_check.c: what is found while a form is checked; n counts. */
struct business_checking {
	const struct business *b;
	const json_t *form;
	json_t *findings;
	struct err_note *note;
	size_t n;
};
void business_finding(struct business_checking *c, const char *key, const char *zh, const char *en);
/* record.c: the papers of the form. */
void business_check_papers(struct business_checking *c);
/* business_check.c: whether a value is one that the field takes. */
bool business_field_good(const struct business_field *f, const json_t *v);
/* business_form.c: form.json, a form-js schema (JSON is read as YAML, for its places); fills form and fields.
 */
SW_MUST_USE int business_read_form(const struct marked *m, const json_t *root, struct business *b);
#endif
