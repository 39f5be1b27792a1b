#include "common/call/call_mail.h"

#include "common/call/call.h"
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#define ADDRESS_MAX 256

bool call_mail_address_good(const char *url)
{
	return strlen(url) < CALL_URL &&
	       (strncmp(url, "smtps://", 8) == 0 || strncmp(url, "smtp://", 7) == 0);
}

static size_t letter_read(char *p, size_t size, size_t n, void *arg)
{
	struct view *left = arg;
	size_t k = size * n < left->n ? size * n : left->n;
	memcpy(p, left->p, k);
	left->p += k;
	left->n -= k;
	return k;
}

static void server_set(CURL *c, const struct call_mail *m)
{
	curl_easy_setopt(c, CURLOPT_URL, m->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(
		c, CURLOPT_USE_SSL, (long)(call_loopback(m->url, "smtp") ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)m->timeout_ms);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	if (m->ca)
		curl_easy_setopt(c, CURLOPT_CAINFO, m->ca);
	if (m->user && m->secret) {
		curl_easy_setopt(c, CURLOPT_USERNAME, m->user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, m->secret);
	}
}

static CURLcode perform(const struct call_mail *m, long *status)
{
	CURL *c = curl_easy_init();
	struct view left = m->letter;
	char from[ADDRESS_MAX], to[ADDRESS_MAX];
	if (!c)
		return CURLE_OUT_OF_MEMORY;
	snprintf(from, sizeof from, "<%.250s>", m->from);
	snprintf(to, sizeof to, "<%.250s>", m->to);
	struct curl_slist *list = curl_slist_append(NULL, to);
	server_set(c, m);
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, list);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, letter_read);
	curl_easy_setopt(c, CURLOPT_READDATA, &left);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	CURLcode e = list ? curl_easy_perform(c) : CURLE_OUT_OF_MEMORY;
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, status);
	curl_easy_cleanup(c);
	curl_slist_free_all(list);
	return e;
}

int call_mail(const struct call_mail *m, struct err_note *note)
{
	long status = 0;
	int rc = 0;
	CURLcode e = perform(m, &status);
	if (e == CURLE_OPERATION_TIMEDOUT)
		rc = err_set(note, ERR_TIMEOUT, "the %s does not answer", m->what);
	else if (e != CURLE_OK && status >= 550 && status <= 553)
		rc = err_set(note, ERR_REFUSED, "%s: status %ld", m->what, status);
	else if (e != CURLE_OK)
		rc = err_set(note, ERR_IO, "%s: %s", m->what, curl_easy_strerror(e));
	/* Who refuses an address answers. */
	call_log_note(m->log, m->what, rc == ERR_REFUSED ? 0 : rc);
	return rc;
}
