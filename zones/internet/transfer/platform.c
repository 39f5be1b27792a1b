#include "zones/internet/transfer/platform.h"

#include <curl/curl.h>
#include <string.h>

bool platform_address_good(const char *url)
{
	static const char *const loopback[] = {"http://127.0.0.1:", "http://localhost:", "http://[::1]:"};
	if (strlen(url) >= 512)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (strncmp(url, loopback[i], strlen(loopback[i])) == 0)
			return true;
	return strncmp(url, "https://", 8) == 0;
}

static size_t body_add(char *p, size_t size, size_t n, void *arg)
{
	return buf_add(arg, p, size * n) == 0 ? size * n : 0;
}

static int outcome(CURLcode e, long status, const struct buf *body, struct err_note *note)
{
	json_t *said = NULL;
	if (e == CURLE_OPERATION_TIMEDOUT)
		return err_set(note, ERR_TIMEOUT, "the platform does not answer");
	if (e == CURLE_WRITE_ERROR)
		return err_set(note, ERR_LIMIT, "platform: too long an answer");
	if (e != CURLE_OK)
		return err_set(note, ERR_IO, "platform: %s", curl_easy_strerror(e));
	if (status >= 200 && status < 300)
		return 0;
	if (status == 404)
		return err_set(note, ERR_NOTFOUND, "platform: not there");
	bool exists = status == 409 && json_parse(buf_view(body), 65536, &said, NULL) == 0 &&
		      strcmp(json_str(said, "error"), "EXISTS") == 0;
	json_decref(said);
	return err_set(note,
		exists          ? ERR_EXISTS
		: status == 409 ? ERR_CONFLICT
				: ERR_REFUSED,
		"platform: status %ld", status);
}

static int ask(const char *url, struct view post, struct buf *out, struct err_note *note)
{
	CURL *c = curl_easy_init();
	struct curl_slist *headers = NULL;
	long status = 0;
	if (!c)
		return ERR_NOMEM;
	headers = curl_slist_append(headers, "X-Requested-With: sanwang");
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, 5000L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, body_add);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, out);
	if (post.n) {
		headers = curl_slist_append(headers, "Content-Type: application/json");
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)post.n);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)post.p);
	}
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	CURLcode e = headers ? curl_easy_perform(c) : CURLE_OUT_OF_MEMORY;
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	return outcome(e, status, out, note);
}

int platform_json(const char *url, const json_t *body, size_t max, json_t **out, struct err_note *note)
{
	struct buf post, reply;
	buf_init(&post, 65536);
	buf_init(&reply, max);
	int rc = body ? json_canon(body, &post) : 0;
	if (rc == 0)
		rc = ask(url, buf_view(&post), &reply, note);
	if (rc == 0 && (rc = json_parse(buf_view(&reply), max, out, note)) < 0)
		err_set(note, rc, "platform: no JSON");
	buf_fini(&post);
	buf_fini(&reply);
	return rc;
}

int platform_get(const char *url, size_t max, struct buf *out, struct err_note *note)
{
	struct buf reply;
	buf_init(&reply, max);
	int rc = ask(url, (struct view){NULL, 0}, &reply, note);
	if (rc == 0)
		rc = buf_add(out, reply.p, reply.n);
	buf_fini(&reply);
	return rc;
}
