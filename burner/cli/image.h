/* Commands that read a foreign image, in a process that reaches nothing but what it needs. */
#ifndef SW_BURNER_CLI_IMAGE_H
#define SW_BURNER_CLI_IMAGE_H
#include "burner/cli/options.h"

SW_MUST_USE int image_verify(const struct options *o, struct err_note *note);
SW_MUST_USE int image_import(const struct options *o, struct err_note *note);
#endif
