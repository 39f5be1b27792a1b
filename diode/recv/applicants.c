#include "diode/recv/applicants.h"
#include <stdlib.h>
#include <string.h>

#define MANY 64
#define A_SECOND 1000 /* keys made in one */

struct applicant {
	struct frame_id id;
	struct frame_mac *mac; /* NULL: free */
};
struct applicants {
	struct frame_key *key;
	int64_t second; /* of `made`, ms */
	unsigned made;
	struct applicant v[MANY];
};

int applicants_new(struct frame_key *key, struct applicants **out)
{
	struct applicants *a = calloc(1, sizeof *a);
	if (a == NULL)
		return ERR_NOMEM;
	a->key = key;
	*out = a;
	return 0;
}

void applicants_free(struct applicants *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < MANY; i++)
		frame_mac_free(a->v[i].mac);
	free(a);
}

/* The last bytes of an id are a keyed check: nobody without the key chooses his place. */
static struct applicant *place_of(struct applicants *a, const struct frame_id *id)
{
	return &a->v[id->b[sizeof id->b - 1] % MANY];
}

struct frame_mac *applicants_find(struct applicants *a, const struct frame_id *id)
{
	struct applicant *p = place_of(a, id);
	return p->mac != NULL && frame_id_eq(&p->id, id) ? p->mac : NULL;
}

bool applicants_busy(const struct applicants *a, int64_t now)
{
	return now - a->second < 1000 && a->made >= A_SECOND;
}

int applicants_get(struct applicants *a, const struct frame_id *id, int64_t now, struct frame_mac **out)
{
	struct applicant *p = place_of(a, id);
	struct frame_mac *mac = applicants_find(a, id);
	if (mac != NULL) {
		*out = mac;
		return 0;
	}
	if (applicants_busy(a, now))
		return ERR_LIMIT;
	if (now - a->second >= 1000) {
		a->second = now;
		a->made = 0;
	}
	a->made++;
	int err = frame_key_session_mac(a->key, id, &mac);
	if (err != 0)
		return err;
	frame_mac_free(p->mac);
	*p = (struct applicant){.id = *id, .mac = mac};
	*out = mac;
	return 0;
}

struct frame_mac *applicants_take(struct applicants *a, const struct frame_id *id)
{
	struct frame_mac *mac = applicants_find(a, id);
	if (mac != NULL)
		place_of(a, id)->mac = NULL;
	return mac;
}
