/* The office's e-seal 电子印章 on what the registry hands over. */
#ifndef INTAKE_TRANSFER_SEAL_H
#define INTAKE_TRANSFER_SEAL_H
#include "common/crypto/key.h"

/* ERR_CERT: not this registry's seal; ERR_SIGNATURE: not over this text. */
SW_MUST_USE int seal_check(const struct trust *seal, const char *text, const char *signature,
	const char *certificate, struct err_note *note);
#endif
