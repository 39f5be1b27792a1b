#include "common/call/call.h"

#include "common/os/file.h"
#include <curl/curl.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define REPLY_MAX (1 << 18)
#define BODY_MAX (8 << 20)

bool call_loopback(const char *url, const char *scheme)
{
	static const char *const hosts[] = {"://127.0.0.1:", "://localhost:", "://[::1]:"};
	size_t n = strlen(scheme);
	for (size_t i = 0; strncmp(url, scheme, n) == 0 && i < sizeof hosts / sizeof hosts[0]; i++)
		if (strncmp(url + n, hosts[i], strlen(hosts[i])) == 0)
			return true;
	return false;
}

bool call_address_good(const char *url)
{
	return strlen(url) < CALL_URL && (strncmp(url, "https://", 8) == 0 || call_loopback(url, "http"));
}

int call_secret(const char *file, const char *key, char **out, struct err_note *note)
{
	struct buf text;
	buf_init(&text, 1024);
	int rc = file_read(AT_FDCWD, file, 1024, &text);
	if (rc < 0)
		rc = err_set(note, ERR_CONFIG, "%s: %s", key, err_text(rc));
	while (text.n && text.p[text.n - 1] <= ' ')
		text.n--;
	if (rc == 0 && !(*out = strndup(text.n ? (const char *)text.p : "", text.n)))
		rc = ERR_NOMEM;
	buf_fini(&text);
	return rc;
}

static size_t body_add(char *p, size_t size, size_t n, void *arg)
{
	return buf_add(arg, p, size * n) == 0 ? size * n : 0;
}

static void who_set(CURL *c, const struct call *k, char *bearer, struct curl_slist **headers)
{
	if (k->name) {
		curl_easy_setopt(c, CURLOPT_USERNAME, k->name);
		curl_easy_setopt(c, CURLOPT_PASSWORD, k->secret);
	} else if (k->secret) {
		snprintf(bearer, 1100, "Authorization: Bearer %.1024s", k->secret);
		*headers = curl_slist_append(*headers, bearer);
	}
	if (k->json) {
		*headers = curl_slist_append(*headers, "Content-Type: application/json");
		*headers = curl_slist_append(*headers, "X-Requested-With: sanwang");
	}
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, *headers);
}

static CURLcode perform(const struct call *k, const struct buf *sent, struct buf *body, long *status)
{
	CURL *c = curl_easy_init();
	struct curl_slist *headers = NULL;
	char bearer[1100] = "";
	if (!c)
		return CURLE_OUT_OF_MEMORY;
	curl_easy_setopt(c, CURLOPT_URL, k->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)k->timeout_ms);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, body_add);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, body);
	if (k->form)
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, k->form);
	if (k->json) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)sent->p);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)sent->n);
	}
	who_set(c, k, bearer, &headers);
	CURLcode e = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, status);
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	buf_wipe(bearer, sizeof bearer);
	return e;
}

int call_bytes(const struct call *k, struct buf *out, struct err_note *note)
{
	struct buf sent;
	long status = 0;
	buf_init(&sent, BODY_MAX);
	int rc = k->json ? json_canon(k->json, &sent) : 0;
	CURLcode e = rc == 0 ? perform(k, &sent, out, &status) : CURLE_OK;
	if (e == CURLE_OPERATION_TIMEDOUT)
		rc = err_set(note, ERR_TIMEOUT, "the %s does not answer", k->what);
	else if (e != CURLE_OK)
		rc = err_set(note, ERR_IO, "%s: %s", k->what, curl_easy_strerror(e));
	else if (rc == 0 && status != 200)
		rc = err_set(note, ERR_REFUSED, "%s: status %ld", k->what, status);
	if (k->status)
		*k->status = status;
	/* Who refuses a request answers. */
	call_log_note(k->log, k->what, status >= 400 && status < 500 ? 0 : rc);
	buf_fini(&sent);
	return rc;
}

int call_json(const struct call *k, json_t **out, struct err_note *note)
{
	struct buf body;
	buf_init(&body, REPLY_MAX);
	int rc = call_bytes(k, &body, note);
	if (rc == 0 && (rc = json_parse(buf_view(&body), REPLY_MAX, out, note)) < 0)
		err_set(note, rc, "%s: no JSON", k->what);
	buf_fini(&body);
	return rc;
}
