/* Hands messages 接入报文 and daily logs 登簿日志 over to the national platform's exchange folder
 * (SPOOL/access/out: Biz<id>.xml, Log<id>.xml, signed by the office's seal) and takes its answers
 * (SPOOL/access/in: Rep<id>.xml). A file stands in `out` before it counts as handed over; what is handed over
 * twice after a crash is the same message under the same name. An answer that cannot be, or that contradicts
 * one that was taken, goes to quarantine. */
#ifndef REG_TRANSFER_ACCESS_H
#define REG_TRANSFER_ACCESS_H
#include "common/crypto/key.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"
#include "common/spool/spool.h"

struct access_desk { /* all borrowed */
	struct db *db;
	const char *tenant, *office;
	struct vault *vault;
	const struct sign_key *seal;
	struct spool *spool;
	const char *const
		*others; /* divisions whose answers come into the same folder, ends with NULL; NULL: none */
};
/* One look: what waits, then answers, then the logs of days that are over. ERR_IO, ERR_DB …: the next look
 * goes on where this one ended. */
SW_MUST_USE int access_round(const struct access_desk *d, int64_t now_ms);

struct registry;
struct access_worker;
SW_MUST_USE int access_start(struct registry *r, struct access_worker **out);
void access_wake(struct access_worker *w);
void access_stop(struct access_worker *w); /* NULL is a no-op */
/* registryd access [DAY]: the day's account; exit 1 when book and messages differ. */
struct service;
int access_command(struct service *s, int argc, char **argv);
#endif
