/* Opens and closes what a daemon stands on, in one order: keys, vault, database, blobs, audit log, exchange.
 */
#ifndef SW_SERVICE_PARTS_H
#define SW_SERVICE_PARTS_H
#include "common/service/settings.h"

struct parts;
/* offline: for commands: no audit mover, exchange without threads. `service` is filled except config, zone
 * and http. */
SW_MUST_USE int parts_open(const struct service_def *def, const struct settings *s, bool offline,
	struct service *service, struct parts **out, struct err_note *note);
/* A command is about one division of several: it alone is served from now on. ERR_USAGE: it is not served. */
SW_MUST_USE int parts_narrow(struct parts *p, const char *division, struct err_note *note);
/* Stops the exchange: no handler runs any more. */
void parts_quiet(struct parts *p);
/* Frees everything; NULL is a no-op. */
void parts_close(struct parts *p);
/* Makes the data folder, the vault and its master key. Refuses where they exist. */
SW_MUST_USE int parts_init(const struct settings *s, struct err_note *note);
/* Moves the zone's data set from the SQLite file into its PostgreSQL database (db_move.h); prints table, rows
 * and digest. */
SW_MUST_USE int parts_move(
	const struct service_def *def, const struct settings *s, const char *file, struct err_note *note);
/* Takes the data folder for this process alone: ERR_BUSY while the service runs. Close *out to give it back.
 */
SW_MUST_USE int parts_alone(const struct service *s, int *out, struct err_note *note);
#endif
