#include "zones/internet/domain/claims.h"

#include "common/message/format.h"
#include <string.h>

static int wrong(const char *claim, struct err_note *note)
{
	return err_set(note, ERR_REFUSED, "token: %s", claim);
}

static bool meant_for(const json_t *token, const char *client)
{
	const json_t *aud = json_object_get(token, "aud"), *one;
	const char *azp = json_str(token, "azp");
	bool in = json_is_string(aud) && strcmp(json_string_value(aud), client) == 0;
	size_t i;
	json_array_foreach(aud, i, one) in |=
		json_is_string(one) && strcmp(json_string_value(one), client) == 0;
	/* Of several audiences the party it was made for is named. */
	return in && (json_array_size(aud) > 1 || *azp ? strcmp(azp, client) == 0 : true);
}

static bool word_in(const char *list, const char *word)
{
	size_t n = strcspn(word, " ") == strlen(word) ? strlen(word) : 0;
	for (const char *p = list; n && (p = strstr(p, word)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

int claims_check(
	const json_t *token, const struct claims_want *w, struct claims_person *out, struct err_note *note)
{
	struct claims_person p;
	const json_t *exp = json_object_get(token, "exp"), *iat = json_object_get(token, "iat"),
		     *nbf = json_object_get(token, "nbf");
	memset(&p, 0, sizeof p);
	if (strcmp(json_str(token, "iss"), w->issuer) != 0)
		return wrong("iss", note);
	if (!meant_for(token, w->client))
		return wrong("aud", note);
	if (!json_is_integer(exp) || json_integer_value(exp) + CLAIMS_SKEW_S <= w->now_s)
		return wrong("exp", note);
	if (!json_is_integer(iat) || json_integer_value(iat) - CLAIMS_SKEW_S > w->now_s ||
		(nbf && (!json_is_integer(nbf) || json_integer_value(nbf) - CLAIMS_SKEW_S > w->now_s)))
		return wrong("iat", note);
	if (!*w->nonce || strcmp(json_str(token, "nonce"), w->nonce) != 0)
		return wrong("nonce", note);
	if (*w->levels && !word_in(w->levels, json_str(token, "acr")))
		return wrong("acr: a higher level of authentication is needed", note);
	if (!format_resident_id(json_str(token, w->number)))
		return wrong("no identity number", note);
	if (!*json_str(token, "name") || strlen(json_str(token, "name")) >= sizeof p.name)
		return wrong("name", note);
	snprintf(p.name, sizeof p.name, "%s", json_str(token, "name"));
	snprintf(p.number, sizeof p.number, "%s", json_str(token, w->number));
	snprintf(p.level, sizeof p.level, "%.63s", json_str(token, "acr"));
	*out = p;
	return 0;
}
