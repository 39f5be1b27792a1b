/* 缮证: a worker that makes the certificate of every entered case — PDF, signed text — and sends it to the
 * portal. Restartable: it finds its work in the database. */
#ifndef REG_TRANSFER_CERTIFIER_H
#define REG_TRANSFER_CERTIFIER_H
#include "common/base/err.h"

struct registry;
struct certifier;
SW_MUST_USE int certifier_start(struct registry *r, struct certifier **out);
void certifier_wake(struct certifier *c);
void certifier_stop(struct certifier *c);
#endif
