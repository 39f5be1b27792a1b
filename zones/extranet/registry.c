/* What registryd stands on beside its service: loaded before the exchange, workers started behind it, stopped
 * before it. */
#include "zones/extranet/registry.h"

#include "common/service/revoked.h"
#include "zones/extranet/api/keyring.h"
#include "zones/extranet/domain/departure.h"
#include "zones/extranet/domain/ground.h"
#include "zones/extranet/store/clock.h"
#include "zones/extranet/store/decision.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/offer.h"
#include "zones/extranet/store/opinion.h"
#include "zones/extranet/store/rules.h"
#include "zones/extranet/transfer/access.h"
#include "zones/extranet/transfer/answer.h"
#include "zones/extranet/transfer/archiver.h"
#include "zones/extranet/transfer/certifier.h"
#include "zones/extranet/transfer/courier.h"
#include "zones/extranet/transfer/in_force.h"
#include "zones/extranet/transfer/publish.h"
#include "zones/extranet/transfer/pusher.h"
#include "zones/extranet/transfer/tray.h"
#include <stdio.h>
#include <stdlib.h>

void registry_stop(struct service *s)
{
	struct registry *r = registry_of(s);
	if (!r)
		return;
	/* Who wakes another ends before it. */
	tray_stop(r->tray);
	flows_stop_clock(r->flows);
	certifier_stop(r->certifier);
	archiver_stop(r->archiver);
	access_stop(r->access);
	courier_free(r->courier);
	pusher_free(r->pusher);
	in_force_free(r->in_force);
	rules_close(r->rules);
	flows_close(r->flows);
	keyring_free(r->keyring);
	clock_free(r->clock);
	json_decref(r->grounds);
	offices_free(r->offices);
	cert_free(r->graphics_recipient);
	trust_free(r->identity);
	trust_free(r->face);
	trust_free(r->authority);
	trust_free(r->payment);
	layout_free(r->layouts);
	business_free(r->businesses);
	free(r);
	s->zone = NULL;
}

/* What decides says where it may be contested and until when, a 公告 until when one may object: a layout
 * without that is refused. */
static int remedies_check(const struct layout_set *s, struct err_note *note)
{
	static const struct {
		const char *kind, *needed[6];
	} kinds[] = {{"notice-rejection", {"reason", "review_office", "review_until", "court", "suit_until"}},
		{"notice-refusal", {"reason", "review_office", "review_until", "court", "suit_until"}},
		{"notice-suspension", {"reason", "review_office", "review_until", "court", "suit_until"}},
		{"notice-withdrawal", {"reason", "review_office", "review_until", "court", "suit_until"}},
		{"notice-public", {"from", "until", "basis"}}};
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		const json_t *fields = json_object_get(layout_def(layout_find(s, kinds[k].kind)), "fields"),
			     *f;
		for (size_t i = 0; kinds[k].needed[i]; i++) {
			size_t n;
			bool there = false;
			json_array_foreach(fields, n, f) there |=
				json_is_string(f) && strcmp(json_string_value(f), kinds[k].needed[i]) == 0;
			if (!there)
				return err_set(note, ERR_CONFIG,
					"documents: %s.yaml: the field %s is missing", kinds[k].kind,
					kinds[k].needed[i]);
		}
	}
	return 0;
}

static int grounds_load(struct registry *r, struct err_note *note)
{
	char file[4200];
	snprintf(file, sizeof file, "%s/grounds.yaml", r->config->businesses);
	int rc = config_yaml_json(file, 1 << 18, &r->grounds, note);
	return rc == 0 ? ground_check(r->grounds, note) : rc;
}

static int keyring_make(struct registry *r, struct err_note *note)
{
	const struct trust *own = decision_authority(r->service);
	if (!own)
		return err_set(note, ERR_CONFIG,
			"keys.ca: this zone's own authority is wanted, gap.in_ca is another's");
	return keyring_new(r->config->registrar_keys, own, KEYRING_IDLE_MS, &r->keyring);
}

/* Every document this program makes has its layout. */
static int documents_load(struct registry *r, struct err_note *note)
{
	static const char *const needed[] = {"certificate-title", "certificate-proof", "certificate-print",
		"certificate-proof-print", "notice-acceptance", "notice-correction", "notice-rejection",
		"notice-refusal", "notice-suspension", "notice-withdrawal", "notice-public", "notice-fee",
		"approval-sheet", "check-sheet", "register-extract", "property-proof"};
	int rc = layout_load(r->config->documents, &r->layouts, note);
	for (size_t i = 0; rc == 0 && i < sizeof needed / sizeof needed[0]; i++)
		if (!layout_find(r->layouts, needed[i]))
			rc = err_set(note, ERR_CONFIG, "documents: %s.yaml is missing", needed[i]);
	for (size_t i = 0; rc == 0 && business_at(r->businesses, i); i++)
		rc = offer_fits(r, business_at(r->businesses, i), note);
	return rc == 0 ? remedies_check(r->layouts, note) : rc;
}

/* A service whose statements count, NULL: none; keys of it that its authority revoked do not. */
static int believe(struct service *s, const char *ca, struct trust **out, struct err_note *note)
{
	int rc = ca ? trust_load(ca, out, note) : 0;
	return rc == 0 && ca ? revoked_add(s->revoked, *out, note) : rc;
}

int registry_prepare(struct service *s, struct err_note *note)
{
	const struct registry_config *c = s->config;
	struct registry *r = calloc(1, sizeof *r);
	if (!r)
		return ERR_NOMEM;
	r->service = s;
	r->config = c;
	s->zone = r;
	r->discs = (struct disc_ferry){c->burner, c->burner_store, c->officer_keys};
	s->discs = c->tray ? &r->discs : NULL;
	int rc = business_load(c->businesses, &r->businesses, note);
	if (rc == 0)
		rc = grounds_load(r, note);
	if (rc == 0)
		rc = documents_load(r, note);
	if (rc == 0)
		rc = believe(s, c->identity_ca, &r->identity, note);
	if (rc == 0)
		rc = believe(s, c->face_ca, &r->face, note);
	if (rc == 0)
		rc = believe(s, c->authority_ca, &r->authority, note);
	if (rc == 0 && c->face_businesses.n && !c->face_ca)
		rc = err_set(note, ERR_CONFIG, "face.businesses: needs face.ca");
	if (rc == 0)
		rc = believe(s, c->payment_ca, &r->payment, note);
	if (rc == 0)
		rc = cert_load_pinned(c->graphics_recipient, CERT_ENCRYPT, &r->graphics_recipient, note);
	if (rc == 0)
		rc = offices_load(s, c->office_files, &r->offices, note);
	if (rc == 0)
		rc = keyring_make(r, note);
	if (rc == 0)
		rc = flows_open(r, &r->flows, note);
	if (rc == 0)
		rc = rules_open(r, &r->rules, note);
	if (rc == 0)
		rc = in_force_new(r, &r->in_force);
	if (rc == 0)
		jqbox_keep(flows_box(r->flows));
	if (rc == 0)
		rc = clock_open(r, &r->clock);
	if (rc == 0)
		rc = opinion_take_in(r, note);
	if (rc == 0 && c->tray && !(c->burner && c->burner_store && c->burner_ca && c->disc_in))
		rc = err_set(note, ERR_CONFIG, "disc_tray: folder needs burner, store, ca and into");
	if (rc == 0 && c->courier_url)
		rc = courier_new(r, &r->courier, note);
	if (rc == 0 && (c->trade_url || c->tax_url))
		rc = pusher_new(r, &r->pusher, note);
	if (rc == 0 && !departure_times_check(c->disc_times.v, c->disc_times.n))
		rc = err_set(note, ERR_CONFIG, "disc_tray.times: HH:MM, each later than the one before");
	if (rc < 0)
		registry_stop(s);
	return rc;
}

int registry_start(struct service *s, struct err_note *note)
{
	struct registry *r = registry_of(s);
	int rc = publish_definitions(r, note);
	if (rc < 0)
		return rc;
	rc = clock_look(r);
	if (rc < 0)
		return err_set(note, rc, "clock: %s", err_text(rc));
	rc = answer_proof_settle(r);
	if (rc == 0)
		rc = archiver_start(r, &r->archiver);
	if (rc == 0)
		rc = certifier_start(r, &r->certifier);
	if (rc == 0)
		rc = flows_start_clock(r->flows);
	if (rc == 0 && r->config->tray)
		rc = tray_start(r, &r->tray);
	if (rc == 0 && r->config->access_spool)
		rc = access_start(r, &r->access);
	if (rc == 0 && r->courier)
		rc = courier_start(r->courier);
	if (rc == 0 && r->pusher)
		rc = pusher_start(r->pusher);
	return rc < 0 ? err_set(note, rc, "workers: %s", err_text(rc)) : 0;
}
