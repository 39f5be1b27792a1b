#include "common/http/http_tls.h"

#include "common/base/buf.h"
#include "common/base/id.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#define CHAIN_MAX 8
#define FILE_MAX 65536
#define LOOK_MS 500

const char http_tls_priorities[] =
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:+AES-256-GCM:"
	"+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-"
	"SECP384R1:"
	"%SERVER_PRECEDENCE:%SAFE_RENEGOTIATION";

/* One certificate with its key. Connections that began with it may still use it: all stay until the end, and
 * they change a few times a year. */
struct shown {
	struct shown *before;
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned n;
	gnutls_privkey_t key;
};
struct http_tls {
	const char *cert, *key;
	pthread_mutex_t lock; /* of what follows */
	struct shown *now;
	struct timespec cert_at, key_at;
	int64_t looked_ms;
};
static struct http_tls *serving;

static void shown_free(struct shown *s)
{
	while (s) {
		struct shown *before = s->before;
		for (unsigned i = 0; i < s->n; i++)
			gnutls_pcert_deinit(&s->chain[i]);
		if (s->key)
			gnutls_privkey_deinit(s->key);
		free(s);
		s = before;
	}
}

static int chain_read(struct shown *s, const char *path, struct err_note *note)
{
	struct buf text;
	buf_init(&text, FILE_MAX);
	int rc = file_read(AT_FDCWD, path, FILE_MAX, &text);
	if (rc < 0)
		rc = err_set(note, ERR_CONFIG, "tls.cert: %.160s: %s", path, err_text(rc));
	if (rc == 0) {
		gnutls_datum_t d = {text.p, (unsigned)text.n};
		unsigned n = CHAIN_MAX;
		int e = gnutls_pcert_list_import_x509_raw(s->chain, &n, &d, GNUTLS_X509_FMT_PEM, 0);
		if (e < 0)
			rc = err_set(note, ERR_CONFIG, "tls.cert: %s", gnutls_strerror(e));
		else
			s->n = n;
	}
	buf_fini(&text);
	return rc;
}

static int key_read(struct shown *s, const char *path, struct err_note *note)
{
	struct buf text;
	buf_init(&text, FILE_MAX);
	int rc = file_read(AT_FDCWD, path, FILE_MAX, &text);
	if (rc < 0)
		rc = err_set(note, ERR_CONFIG, "tls.key: %.160s: %s", path, err_text(rc));
	if (rc == 0 && gnutls_privkey_init(&s->key) < 0)
		rc = ERR_NOMEM;
	if (rc == 0) {
		gnutls_datum_t d = {text.p, (unsigned)text.n};
		int e = gnutls_privkey_import_x509_raw(s->key, &d, GNUTLS_X509_FMT_PEM, NULL, 0);
		if (e < 0)
			rc = err_set(note, ERR_CONFIG, "tls.key: %s", gnutls_strerror(e));
	}
	buf_fini(&text);
	return rc;
}

/* The key is the certificate's: else every handshake would fail. */
static int pair_check(const struct shown *s, struct err_note *note)
{
	unsigned char of_cert[64], of_key[64];
	size_t nc = sizeof of_cert, nk = sizeof of_key;
	gnutls_pubkey_t public = NULL;
	int e = gnutls_pubkey_init(&public);
	if (e == 0)
		e = gnutls_pubkey_import_privkey(public, s->key, 0, 0);
	if (e == 0)
		e = gnutls_pubkey_get_key_id(public, GNUTLS_KEYID_USE_SHA256, of_key, &nk);
	if (e == 0)
		e = gnutls_pubkey_get_key_id(s->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, of_cert, &nc);
	if (public)
		gnutls_pubkey_deinit(public);
	if (e < 0 || !view_eq(view_of(of_cert, nc), view_of(of_key, nk)))
		return err_set(note, ERR_CONFIG, "tls.key: not the key of tls.cert");
	return 0;
}

static int shown_read(const struct http_tls *t, struct shown **out, struct err_note *note)
{
	struct shown *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	int rc = chain_read(s, t->cert, note);
	if (rc == 0)
		rc = key_read(s, t->key, note);
	if (rc == 0)
		rc = pair_check(s, note);
	if (rc < 0)
		shown_free(s);
	else
		*out = s;
	return rc;
}

static bool changed(const char *path, struct timespec *at)
{
	struct stat st;
	if (stat(path, &st) < 0 || (st.st_mtim.tv_sec == at->tv_sec && st.st_mtim.tv_nsec == at->tv_nsec))
		return false;
	*at = st.st_mtim;
	return true;
}

/* With the lock held. */
static void look(struct http_tls *t)
{
	int64_t now = time_mono_ms();
	struct err_note note = {0};
	struct shown *s = NULL;
	if (now - t->looked_ms < LOOK_MS)
		return;
	t->looked_ms = now;
	bool cert = changed(t->cert, &t->cert_at), key = changed(t->key, &t->key_at);
	if (!cert && !key)
		return;
	if (shown_read(t, &s, &note) < 0) {
		log_warn("tls-reload", "text=\"%s\"", note.text);
		return;
	}
	s->before = t->now;
	t->now = s;
	log_info("tls-reload", "certificates=%u", s->n);
}

static int retrieve(gnutls_session_t session, const gnutls_datum_t *names, int nnames,
	const gnutls_pk_algorithm_t *algorithms, int nalgorithms, gnutls_pcert_st **chain, unsigned *n,
	gnutls_privkey_t *key)
{
	struct http_tls *t = serving;
	(void)session, (void)names, (void)nnames, (void)algorithms, (void)nalgorithms;
	if (!t)
		return -1;
	pthread_mutex_lock(&t->lock);
	look(t);
	*chain = t->now->chain;
	*n = t->now->n;
	*key = t->now->key;
	pthread_mutex_unlock(&t->lock);
	return 0;
}

gnutls_certificate_retrieve_function2 *http_tls_callback(void)
{
	return retrieve;
}

int http_tls_new(const char *cert, const char *key, struct http_tls **out, struct err_note *note)
{
	struct http_tls *t = calloc(1, sizeof *t);
	if (!t)
		return ERR_NOMEM;
	t->cert = cert;
	t->key = key;
	pthread_mutex_init(&t->lock, NULL);
	changed(cert, &t->cert_at);
	changed(key, &t->key_at);
	int rc = serving ? ERR_BUG : shown_read(t, &t->now, note);
	if (rc < 0) {
		pthread_mutex_destroy(&t->lock);
		free(t);
		return rc;
	}
	*out = serving = t;
	return 0;
}

void http_tls_free(struct http_tls *t)
{
	if (!t)
		return;
	serving = NULL;
	shown_free(t->now);
	pthread_mutex_destroy(&t->lock);
	free(t);
}
