/* Who says how the certificate comes 领证方式, and the choice as part of the form that all sign. Pure.
 * "delivery": {"way","name","phone","address"} of message/delivery.h, the last three by post only; none: it
 * is chosen after the submission. Source: guide 一(五), 一(七). */
#ifndef SW_WORKFLOW_HOLDER_H
#define SW_WORKFLOW_HOLDER_H
#include "common/workflow/business.h"

/* Whether this party chooses: the certificate is of its right, and it acts itself or by its guardian. Whoever
 * acts by a power of attorney chooses at the window, where the power is seen. */
bool holder_chooses(const struct business *b, const json_t *party);
/* Whether one of these parties chooses with its signature under the form. */
bool holder_signs(const struct business *b, const json_t *parties);
/* Longest text of holder_words, with its end. */
#define HOLDER_WORDS 400
/* 领证方式 of a form in Chinese, as a receipt has it; "" none. */
void holder_words(const json_t *form, char out[static HOLDER_WORDS]);
#endif
