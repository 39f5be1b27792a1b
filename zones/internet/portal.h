/* What the parts of intaked share: its own configuration and state. */
#ifndef INTAKE_PORTAL_H
#define INTAKE_PORTAL_H
#include "common/document/layout.h"
#include "common/service/service.h"
#include "zones/internet/domain/limit.h"
#include "zones/internet/store/offer.h"
#include "zones/internet/store/pieces.h"
#include "zones/internet/transfer/mail.h"
#include "zones/internet/transfer/oidc.h"
#include "zones/internet/transfer/sms.h"

struct portal_config {
	char *documents;    /* folder of layouts */
	char *identity_url; /* page of the identity platform where parties sign */
	char *seal_ca;      /* pinned CA of the registry's e-seal, for verifying certificates */
	int64_t material_max, pieces_max, drafts_max;
	/* The payment platform; payment_url NULL: fees are paid at the window. */
	char *payment_url, *payment_ca;
	int64_t payment_check; /* how long the outcome of an order may be unknown before the platform is asked
				*/
	/* The identity platform as OpenID provider; issuer NULL: local accounts only. */
	char *oidc_issuer, *oidc_client, *oidc_secret_file, *oidc_redirect, *oidc_levels, *oidc_number,
		*oidc_scope;
	char *sms_url, *sms_token_file; /* short-message gateway; url NULL: none */
	char *mail_url, *mail_from, *mail_user, *mail_secret_file, *mail_ca; /* mail server; url NULL: none */
	char *face_url, *face_token_file;           /* face comparison; url NULL: none */
	struct config_list face_businesses;         /* where every party that signs needs one; "*" all */
	char *authority_url, *authority_token_file; /* organisations and powers of attorney; url NULL: none */
	bool post;                                  /* certificates on paper are sent by post */
	bool registration;                          /* people may register with a mobile number */
	int64_t desk_office, desk_people;           /* what stands still for so long is shown at the desk */
};
struct portal {
	struct service *service;
	const struct portal_config *config;
	struct offer *offer; /* what can be applied for */
	struct trust *seal;
	struct layout_set *layouts;
	struct oidc *oidc;        /* NULL: none */
	struct sms_sender *sms;   /* NULL: none */
	struct mail_sender *mail; /* NULL: none */
	struct pieces *pieces;    /* files on their way */
	char *face_token, *authority_token;
	struct payments *payments; /* NULL: no payment platform */
	struct limit_table *limit;
	struct call_log *calls; /* how calls to other services went */
	struct asking *asking;  /* questions to the registry that wait */
};
static inline struct portal *portal_of(struct service *s)
{
	return s->zone;
}
#endif
