#include "zones/extranet/api/keyring.h"

#include "common/base/id.h"
#include "common/os/file.h"
#include "common/os/worker.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 256
#define URI_MAX 4096
#define TRIES_MAX 64
#define MINUTE_MS INT64_C(60000)
#define LOOKS 30 /* for keys that nobody uses, in the time that they may lie */
#define LIFE_MS (12 * 60 * MINUTE_MS)
#define WRONG_MAX 5
#define WRONG_MS (15 * MINUTE_MS)

struct keyring_key {
	struct digest session; /* of the cookie */
	char user[64];
	struct sign_key *key;
	struct cert *cert;
	int64_t opened_ms, used_ms; /* by a clock that nobody sets */
	unsigned users;
	bool gone; /* freed by the last user */
};
struct tries {
	char user[64];
	int wrong;
	int64_t since_ms;
};
struct keyring {
	char *dir;
	const struct trust *trust; /* borrowed */
	int64_t idle_ms;
	struct worker *clock;
	pthread_mutex_t lock;
	struct keyring_key *keys[KEYS_MAX];
	struct tries tries[TRIES_MAX];
};

static void key_free(struct keyring_key *key)
{
	if (!key)
		return;
	sign_key_free(key->key);
	cert_free(key->cert);
	buf_wipe(key, sizeof *key);
	free(key);
}

void keyring_free(struct keyring *k)
{
	if (!k)
		return;
	worker_free(k->clock);
	for (size_t i = 0; i < KEYS_MAX; i++)
		key_free(k->keys[i]);
	pthread_mutex_destroy(&k->lock);
	free(k->dir);
	free(k);
}

static void digest_session(const char *cookie, struct digest *out)
{
	digest_of(suite_by_name("gm"), view_str(cookie), out);
}

/* Out of the ring; a key that is being used is freed when it is given back. */
static void drop(struct keyring *k, size_t i)
{
	struct keyring_key *key = k->keys[i];
	k->keys[i] = NULL;
	key->gone = true;
	if (key->users == 0)
		key_free(key);
}

static void sweep(struct keyring *k, int64_t now)
{
	for (size_t i = 0; i < KEYS_MAX; i++) {
		const struct keyring_key *key = k->keys[i];
		if (key && (now - key->used_ms > k->idle_ms || now - key->opened_ms > LIFE_MS))
			drop(k, i);
	}
}

/* Also when nobody asks for a key any more. */
static int64_t look(void *arg)
{
	struct keyring *k = arg;
	pthread_mutex_lock(&k->lock);
	sweep(k, time_mono_ms());
	pthread_mutex_unlock(&k->lock);
	return k->idle_ms / LOOKS;
}

int keyring_new(const char *dir, const struct trust *authority, int64_t idle_ms, struct keyring **out)
{
	struct keyring *k = calloc(1, sizeof *k);
	if (!k)
		return ERR_NOMEM;
	pthread_mutex_init(&k->lock, NULL);
	k->dir = strdup(dir);
	k->trust = authority;
	k->idle_ms = idle_ms;
	int rc = k->dir ? worker_new(look, k, 0, &k->clock) : ERR_NOMEM;
	if (rc == 0)
		rc = worker_start(k->clock);
	if (rc < 0)
		keyring_free(k);
	else
		*out = k;
	return rc;
}

/* ---- wrong passphrases */
static struct tries *tries_of(struct keyring *k, const char *user, int64_t now)
{
	struct tries *oldest = &k->tries[0];
	for (size_t i = 0; i < TRIES_MAX; i++) {
		struct tries *t = &k->tries[i];
		if (strcmp(t->user, user) == 0) {
			if (now - t->since_ms > WRONG_MS)
				t->wrong = 0;
			return t;
		}
		if (t->since_ms < oldest->since_ms)
			oldest = t;
	}
	memset(oldest, 0, sizeof *oldest);
	snprintf(oldest->user, sizeof oldest->user, "%s", user);
	return oldest;
}

static bool tries_over(struct keyring *k, const char *user)
{
	pthread_mutex_lock(&k->lock);
	bool over = tries_of(k, user, time_mono_ms())->wrong >= WRONG_MAX;
	pthread_mutex_unlock(&k->lock);
	return over;
}

static void tries_note(struct keyring *k, const char *user, bool wrong)
{
	int64_t now = time_mono_ms();
	pthread_mutex_lock(&k->lock);
	struct tries *t = tries_of(k, user, now);
	if (wrong && t->wrong++ == 0)
		t->since_ms = now;
	if (!wrong)
		t->wrong = 0;
	pthread_mutex_unlock(&k->lock);
}

/* ---- opening */
static bool plain(const char *user)
{
	return *user && user[0] != '.' && !strchr(user, '/');
}

/* The file that names the key on a token: one URI. *found false: there is no such file. */
static int uri_read(
	const struct keyring *k, const char *user, struct buf *uri, bool *found, struct err_note *note)
{
	char file[1200];
	snprintf(file, sizeof file, "%s/%s.person.token", k->dir, user);
	int rc = file_read(AT_FDCWD, file, URI_MAX, uri);
	*found = rc != ERR_NOTFOUND;
	if (!*found)
		return 0;
	while (rc == 0 && uri->n && (uri->p[uri->n - 1] == '\n' || uri->p[uri->n - 1] == ' '))
		uri->n--;
	if (rc == 0)
		rc = buf_reserve(uri, 1);
	if (rc < 0)
		return err_set(note, rc, "%s.person.token: cannot be read", user);
	uri->p[uri->n] = '\0';
	return strncmp((const char *)uri->p, "pkcs11:", 7) == 0
		       ? 0
		       : err_set(note, ERR_CONFIG, "%s.person.token: not a PKCS#11 URI", user);
}

/* A token knows one login of the whole program: opened anew it is closed wherever the person left it open. */
static void close_user(struct keyring *k, const char *user)
{
	pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < KEYS_MAX; i++)
		if (k->keys[i] && strcmp(k->keys[i]->user, user) == 0)
			drop(k, i);
	pthread_mutex_unlock(&k->lock);
}

static int load(struct keyring *k, const char *user, const char *passphrase, struct keyring_key *to,
	struct err_note *note)
{
	char key[1200], cert[1200];
	struct err_note why = {0};
	struct buf uri;
	bool token = false;
	buf_init(&uri, URI_MAX);
	snprintf(key, sizeof key, "%s/%s.person.key", k->dir, user);
	snprintf(cert, sizeof cert, "%s/%s.person.pem", k->dir, user);
	int rc = uri_read(k, user, &uri, &token, note);
	if (rc == 0 && token)
		close_user(k, user);
	if (rc == 0)
		rc = sign_key_load(token ? (const char *)uri.p : key, cert, passphrase, &to->key, &why);
	buf_fini(&uri);
	if (!token && (rc == ERR_IO || rc == ERR_NOTFOUND))
		return err_set(note, ERR_NOTFOUND, "no signing key of %s is kept here", user);
	if (rc == ERR_BUSY)
		return err_set(note, rc, "this signing key is being used: try again");
	if (rc < 0)
		return why.err ? err_set(note, rc, "%s",
					 rc == ERR_KEY && !token ? "the passphrase is wrong" : why.text)
			       : rc;
	rc = cert_check(k->trust, sign_key_cert_pem(to->key), CERT_PERSON, time_now_ms(), &to->cert, note);
	if (rc == 0 && strcmp(cert_subject(to->cert), user) != 0)
		rc = err_set(note, ERR_CERT, "the certificate is another person's");
	return rc;
}

static int put(struct keyring *k, struct keyring_key *key)
{
	int rc = ERR_LIMIT;
	pthread_mutex_lock(&k->lock);
	sweep(k, key->opened_ms);
	for (size_t i = 0; i < KEYS_MAX; i++)
		if (k->keys[i] && digest_eq(&k->keys[i]->session, &key->session))
			drop(k, i);
	for (size_t i = 0; i < KEYS_MAX && rc < 0; i++)
		if (!k->keys[i]) {
			k->keys[i] = key;
			rc = 0;
		}
	pthread_mutex_unlock(&k->lock);
	return rc;
}

int keyring_open(struct keyring *k, const char *session, const char *user, const char *passphrase,
	struct err_note *note)
{
	if (!plain(user))
		return err_set(note, ERR_NOTFOUND, "no signing key of this name can be kept here");
	if (tries_over(k, user))
		return err_set(
			note, ERR_RATE, "too many wrong passphrases: try again in a quarter of an hour");
	struct keyring_key *key = calloc(1, sizeof *key);
	if (!key)
		return ERR_NOMEM;
	int rc = load(k, user, passphrase, key, note);
	if (rc == 0 || rc == ERR_KEY)
		tries_note(k, user, rc == ERR_KEY);
	if (rc == 0) {
		digest_session(session, &key->session);
		snprintf(key->user, sizeof key->user, "%s", user);
		key->opened_ms = key->used_ms = time_mono_ms();
		rc = put(k, key);
	}
	if (rc < 0)
		key_free(key);
	return rc;
}

void keyring_close(struct keyring *k, const char *session)
{
	struct digest d;
	digest_session(session, &d);
	pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < KEYS_MAX; i++)
		if (k->keys[i] && digest_eq(&k->keys[i]->session, &d))
			drop(k, i);
	pthread_mutex_unlock(&k->lock);
}

/* ---- using */
static int good(const struct keyring *k, const struct keyring_key *key, int64_t now, struct err_note *note)
{
	if (cert_ends_ms(key->cert) < now)
		return err_set(note, ERR_CERT, "the signing certificate of %s has run out", key->user);
	return trust_judge_at(k->trust, key->cert, now, note);
}

int keyring_take(struct keyring *k, const char *session, const char *user, struct keyring_key **out,
	struct err_note *note)
{
	struct digest d;
	struct keyring_key *found = NULL;
	int64_t now = time_mono_ms();
	digest_session(session, &d);
	pthread_mutex_lock(&k->lock);
	sweep(k, now);
	for (size_t i = 0; i < KEYS_MAX && !found; i++)
		if (k->keys[i] && digest_eq(&k->keys[i]->session, &d) && strcmp(k->keys[i]->user, user) == 0)
			found = k->keys[i];
	int rc = found ? good(k, found, time_now_ms(), note)
		       : err_set(note, ERR_LOCKED, "open your signing key with its passphrase");
	if (rc == 0) {
		found->users++;
		found->used_ms = now;
		*out = found;
	}
	pthread_mutex_unlock(&k->lock);
	return rc;
}

const struct sign_key *keyring_key(const struct keyring_key *key)
{
	return key->key;
}

const struct cert *keyring_cert(const struct keyring_key *key)
{
	return key->cert;
}

void keyring_give(struct keyring *k, struct keyring_key *key)
{
	if (!key)
		return;
	pthread_mutex_lock(&k->lock);
	if (--key->users == 0 && key->gone)
		key_free(key);
	pthread_mutex_unlock(&k->lock);
}
