/* What the three daemons have in common: command line, configuration, keys, database, vault, blobs, audit,
 * exchange, accounts, HTTP; started and stopped in one order. A zone says what is its own in one struct
 * service_def. */
#ifndef SW_SERVICE_SERVICE_H
#define SW_SERVICE_SERVICE_H
#include "common/config/config.h"
#include "common/exchange/exchange.h"
#include "common/http/account.h"
#include "common/service/fixity.h"
#include "common/service/reseal.h"

/* A link as the zone sees it (station names as in exchange.h). Its YAML section NAME has: spool, recipient,
 * in_ca, origin_ca, group_messages, group_size, group_time, tick, resend. */
struct service_link {
	const char *link, *peer, *out_to, *in_from, *origin_from;
	bool optional; /* without NAME.spool in the configuration it is not there */
	const char
		*zone; /* where it is there, alone, the program is of this zone; NULL: of the definition's */
};

struct service {
	struct account_service *accounts; /* first: account.h's routes find it through http_arg() */
	struct account_rights rights;     /* of the accounts, from the zone's tables */
	struct db *db;
	struct vault *vault;
	struct blob_store *blobs;
	struct audit_mover *audit;
	struct fixity *fixity;
	struct reseal *reseal;
	struct exchange *exchange;
	const struct sign_key *signer; /* the zone's own */
	struct http_server *http;
	struct catalogue *catalogue;
	const struct suite *suite;
	struct revoked *revoked; /* lists of revoked keys */
	struct trust *directory; /* of people (directory.h); NULL none */
	const char *zone_name;
	const struct service_link *links;
	size_t nlinks;
	const char *tenant;         /* the division under which lies what is of no single office */
	const char *const *tenants; /* of the offices served, that one first; ends with NULL */
	const char *data_dir;
	void *config;                   /* the zone's own struct, filled by its table */
	void *zone;                     /* the zone's own state, set by its start() */
	const struct disc_ferry *discs; /* set by its prepare(); NULL: no disc ferry (disc_api.h) */
};

struct service_command {
	const char *name, *help; /* "import", "FILE  what it does" */
	/* Database, vault, blobs and exchange (threads not started: messages are only queued) are open. argv
	 * behind the command's name. Returns an exit code. */
	int (*run)(struct service *s, int argc, char **argv);
};
struct service_def {
	const char *program, *zone, *about;
	const struct service_link *links;
	size_t nlinks;
	const struct db_schema *schema; /* the zone's own tables */
	const struct db_schema *shared; /* of a library the zone uses; NULL none */
	const struct exchange_handler *handlers;
	size_t nhandlers; /* arg: struct service * */
	const struct http_route *routes;
	size_t nroutes;
	const char *const
		*schemas; /* of the OpenAPI document, service_schemas among them (http.h); NULL none */
	const struct fixity_use *files;  /* rows that name files; ends with what NULL; NULL none */
	const struct reseal_use *sealed; /* tables with sealed values; ends with name NULL; NULL none */
	const struct account_permission *permissions; /* the zone's own; ends with a NULL code */
	const struct account_role *roles;             /* ends with a NULL role */
	const char *const *kept;        /* http.h: GET routes answered from the database alone; NULL */
	const struct http_masks *masks; /* personal data in replies; NULL none */
	const struct config_field *config;
	size_t config_size; /* the zone's own keys */
	const struct service_command *commands;
	size_t ncommands;
	bool one_tenant; /* exchange.h's `keep`: what comes in of any office lies under the service's tenant
			  */
	/* account.h's account_rights.by_phone; NULL none */
	int (*by_phone)(struct db_tx *tx, struct vault *v, const char *phone, char account[static 37]);
	int (*gate)(struct http_request *r, const struct http_route *route); /* http.h; NULL none */
	const char *(*form_action)(struct service *s); /* extra CSP form target or NULL function */
	int (*prepare)(struct service *s,
		struct err_note *note); /* the zone's own state, before the exchange hands in messages */
	int (*start)(struct service *s,
		struct err_note *note);  /* the zone's threads, after the exchange, before HTTP */
	void (*stop)(struct service *s); /* undoes both; also after a failed prepare */
};
/* Routes of every service beside those of account.h. */
extern const struct http_route service_routes[];
extern const size_t service_nroutes;
extern const char service_schemas[]; /* what describes these, those of account.h and the built-in ones */
/* `PROGRAM -c FILE [--check]` runs or checks; `PROGRAM --openapi` describes the interface; `PROGRAM init|user
 * add|backup|… -c FILE`. Exit code 0 done, 1 refused, 2 usage or configuration. */
int service_main(const struct service_def *def, int argc, char **argv);
#endif
