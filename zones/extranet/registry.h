/* What the parts of registryd share: its own configuration and state. */
#ifndef REG_REGISTRY_H
#define REG_REGISTRY_H
#include "common/document/layout.h"
#include "common/service/disc_api.h"
#include "common/service/service.h"
#include "common/workflow/business.h"
#include "zones/extranet/office.h"
#include "zones/extranet/store/book.h"
#include <string.h>

struct registry_config {
	char *businesses, *documents;       /* folders */
	char *identity_ca, *payment_ca;     /* payment_ca NULL: no payment platform */
	char *face_ca;                      /* of the face comparison 人脸比对; NULL: none is believed */
	char *authority_ca;                 /* of powers of attorney 授权委托; NULL: none is believed */
	struct config_list face_businesses; /* where every party that signs needs one; "*" all */
	char *graphics_recipient;           /* cadastred's encryption certificate */
	char *registrar_keys;               /* folder of NAME.person.key and NAME.person.pem */
	char *office_files;                 /* folder (office.h) */
	int64_t accept_days; /* a replaced version of a business is taken from the portal that long */
	struct config_list holidays;
	struct config_list disc_times;                            /* when discs leave the intranet */
	char *tray, *burner, *burner_store, *burner_ca, *disc_in; /* disc import; tray NULL: none */
	char *officer_keys;                                       /* NULL: no disc is signed away here */
	char *access_spool; /* exchange folder of the national platform; NULL: messages are made and wait */
	char *courier_url, *courier_token_file; /* the carrier 寄递服务; url NULL: nothing is sent by post */
	char *trade_url, *trade_token_file; /* department of trade 房屋交易; url NULL: it is told nothing */
	char *tax_url, *tax_token_file;     /* tax office 税务; the same */
	int64_t courier_check,
		courier_keep; /* how often stations are asked for; how long a receiver is kept */
};
struct registry {
	struct service *service;
	const struct registry_config *config;
	struct business_set *businesses; /* as configured; what can be applied for: flows_offered */
	json_t *grounds;                 /* legal, of decisions that stop a case (domain/ground.h) */
	struct flows *flows;             /* every published version, and the processes of the cases */
	struct rules *rules;
	struct in_force *in_force;                           /* what follows a decision; NULL in a command */
	struct layout_set *layouts;                          /* of the documents */
	struct trust *identity, *payment, *face, *authority; /* but identity, NULL: none */
	struct cert *graphics_recipient;
	struct offices *offices;
	struct keyring *keyring;      /* signing keys of persons that are open now */
	struct courier *courier;      /* the carrier of certificates by post; NULL: none */
	struct pusher *pusher;        /* tells trade and tax of cases; NULL: nobody is told */
	struct certifier *certifier;  /* 缮证 worker */
	struct archiver *archiver;    /* 归档 worker */
	struct tray *tray;            /* disc import worker */
	struct access_worker *access; /* messages to the national platform */
	struct clock *clock;          /* NULL in a command */
	struct disc_ferry discs;
};
/* prepare: loads what the configuration names, before any message is taken (note: what is wrong). start: its
 * workers. stop: ends them and frees all, also after a prepare that failed. */
SW_MUST_USE int registry_prepare(struct service *s, struct err_note *note);
SW_MUST_USE int registry_start(struct service *s, struct err_note *note);
void registry_stop(struct service *s);

/* The zone of the i-th portal that this registry serves (the internet's, the service hall's 登记大厅); NULL
 * behind the last. */
static inline const char *registry_portal_at(const struct registry *r, size_t i)
{
	for (size_t l = 0; l < r->service->nlinks; l++)
		if (strcmp(r->service->links[l].peer, "intranet") != 0 && i-- == 0)
			return r->service->links[l].peer;
	return NULL;
}
static inline struct registry *registry_of(struct service *s)
{
	return s->zone;
}
/* The office whose rows a transaction is bound to: everywhere but on the platform's own side there is one. */
static inline const struct office *registry_office(const struct registry *r, const struct db_tx *tx)
{
	const struct office *o = offices_find(r->offices, db_tx_tenant(tx));
	REQUIRE(o);
	return o;
}
#endif
