#include "common/http/http_path.h"

#include <jansson.h>
#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool utf8_valid(const char *s, size_t n)
{
	json_t *v = json_stringn(s, n);
	json_decref(v);
	return v != NULL;
}

int http_path_unescape(char *s, size_t n)
{
	size_t out = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == '%') {
			int high = i + 2 < n ? hex_digit(s[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(s[i + 2]) : -1;
			if (low < 0)
				return ERR_SYNTAX;
			c = (unsigned char)(high << 4 | low);
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return ERR_SYNTAX;
		s[out++] = (char)c;
	}
	s[out] = 0;
	return utf8_valid(s, out) ? 0 : ERR_SYNTAX;
}

static int segment_add(struct http_path *p, char *s, size_t n)
{
	if (p->n == HTTP_PATH_SEGMENTS)
		return ERR_LIMIT;
	int rc = http_path_unescape(s, n);
	if (rc < 0)
		return rc;
	if (!*s || strcmp(s, ".") == 0 || strcmp(s, "..") == 0 || strpbrk(s, "/\\"))
		return ERR_SYNTAX;
	p->segment[p->n++] = s;
	return 0;
}

int http_path_parse(const char *raw, struct http_path *p)
{
	size_t n = strlen(raw);
	p->n = 0;
	p->slash = false;
	if (n > HTTP_PATH_MAX)
		return ERR_LIMIT;
	if (raw[0] != '/')
		return ERR_SYNTAX;
	memcpy(p->text, raw, n + 1);
	char *s = p->text + 1;
	while (*s) {
		size_t len = strcspn(s, "/");
		char *next = s[len] ? s + len + 1 : s + len;
		s[len] = 0;
		int rc = segment_add(p, s, len);
		if (rc < 0)
			return rc;
		s = next;
	}
	p->slash = raw[n - 1] == '/';
	return 0;
}

bool http_path_match(const char *pattern, const struct http_path *p)
{
	size_t i = 0;
	if (p->slash)
		return false;
	for (const char *s = pattern; *s == '/'; i++) {
		size_t len = strcspn(++s, "/");
		if (i >= p->n)
			return false;
		if (*s != ':' && (strlen(p->segment[i]) != len || memcmp(s, p->segment[i], len) != 0))
			return false;
		s += len;
	}
	return i == p->n;
}

const char *http_path_param(const char *pattern, const struct http_path *p, const char *name)
{
	size_t i = 0, want = strlen(name);
	for (const char *s = pattern; *s == '/'; i++) {
		size_t len = strcspn(++s, "/");
		if (*s == ':' && len == want + 1 && memcmp(s + 1, name, want) == 0 && i < p->n)
			return p->segment[i];
		s += len;
	}
	return NULL;
}
