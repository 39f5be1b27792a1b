/* Simulator of the identity platform 统一身份认证 with its e-signature service: the only place where
 * applicants' keys are. It speaks the documented interface (README.md here) with delays, refusals and wrong
 * answers on demand. */
#include "common/crypto/key.h"
#include "common/http/http.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum fault {
	FAULT_NONE,
	FAULT_REFUSE,
	FAULT_WRONG_DIGEST,
	FAULT_WRONG_PERSON,
	FAULT_BAD_SIGNATURE,
	FAULT_COUNT
};
static const char *const fault_names[] = {"none", "refuse", "wrong-digest", "wrong-person", "bad-signature"};

struct platform {
	const char *dir;
	json_t *people; /* [{"id_number","name","pin"}] */
	struct sign_key *platform;
	atomic_int fault, delay_ms;
};

static const json_t *person_find(const struct platform *p, const char *id_number)
{
	size_t i;
	const json_t *one;
	json_array_foreach(
		p->people, i, one) if (strcmp(json_str(one, "id_number"), id_number) == 0) return one;
	return NULL;
}

/* Files are named by the digest of the number, not by the number. */
static void person_name(const char *id_number, char out[static 24])
{
	struct digest d;
	char hex[DIGEST_HEX];
	digest_of(suite_by_name("gm"), view_str(id_number), &d);
	digest_hex(&d, hex);
	snprintf(out, 24, "p-%.16s", hex);
}

static int person_key(
	const struct platform *p, const char *id_number, struct sign_key **out, struct err_note *note)
{
	char name[24], key[4200], cert[4200], ca_key[4200], ca_cert[4200];
	person_name(id_number, name);
	snprintf(key, sizeof key, "%s/%s.key", p->dir, name);
	snprintf(cert, sizeof cert, "%s/%s.pem", p->dir, name);
	snprintf(ca_key, sizeof ca_key, "%s/ca.key", p->dir);
	snprintf(ca_cert, sizeof ca_cert, "%s/ca.pem", p->dir);
	if (access(key, F_OK) != 0) {
		int rc = key_issue(ca_key, ca_cert, CERT_PERSON, name, 365, NULL, key, cert, note);
		if (rc < 0)
			return rc;
	}
	return sign_key_load(key, cert, NULL, out, note);
}

static int b64_sign(const struct sign_key *k, struct view v, struct buf *out)
{
	struct buf sig;
	buf_init(&sig, 512);
	int rc = sign_make(k, v, &sig);
	if (rc == 0)
		rc = b64_add(out, buf_view(&sig));
	buf_fini(&sig);
	return rc;
}

static int token_make(const struct platform *p, const json_t *person, const struct sign_key *key,
	const char *form, struct buf *out)
{
	struct trust *ca = NULL;
	struct cert *c = NULL;
	struct digest form_digest, cert;
	char path[4200], form_hex[DIGEST_HEX], cert_hex[DIGEST_HEX], issued[TIME_TEXT], expires[TIME_TEXT];
	struct uuid nonce = uuid_new();
	snprintf(path, sizeof path, "%s/ca.pem", p->dir);
	int rc = trust_load(path, &ca, NULL);
	if (rc == 0)
		rc = cert_check(ca, sign_key_cert_pem(key), CERT_PERSON, 0, &c, NULL);
	if (rc == 0) {
		cert_digest(c, &cert);
		digest_hex(&cert, cert_hex);
		digest_of(sign_key_suite(key), view_str(form), &form_digest);
		if (atomic_load(&p->fault) == FAULT_WRONG_DIGEST)
			form_digest.b[0] ^= 1;
		digest_hex(&form_digest, form_hex);
		time_text(time_now_ms(), issued);
		time_text(time_now_ms() + 24 * 3600000, expires);
		json_t *t = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "iss", "identity", "name",
			json_str(person, "name"), "id_kind", "1", "id_number", json_str(person, "id_number"),
			"form_digest", form_hex, "person_certificate", cert_hex, "purpose", "application",
			"issued", issued, "expires", expires, "nonce", nonce.s);
		rc = json_canon(t, out);
		json_decref(t);
	}
	cert_free(c);
	trust_free(ca);
	return rc;
}

static int sign_form(
	struct platform *p, const json_t *person, const char *form, json_t **out, struct err_note *note)
{
	struct sign_key *key = NULL;
	struct buf sig, token, token_sig;
	int fault = atomic_load(&p->fault);
	buf_init(&sig, 1024);
	buf_init(&token, 4096);
	buf_init(&token_sig, 1024);
	if (fault == FAULT_WRONG_PERSON)
		person = json_array_get(p->people, json_array_get(p->people, 0) == person ? 1 : 0);
	int rc = person_key(p, json_str(person, "id_number"), &key, note);
	if (rc == 0)
		rc = token_make(p, person, key, form, &token);
	if (rc == 0)
		rc = b64_sign(p->platform, buf_view(&token), &token_sig);
	if (rc == 0)
		rc = b64_sign(
			key, fault == FAULT_BAD_SIGNATURE ? view_str("another text") : view_str(form), &sig);
	if (rc == 0) {
		struct view pem = sign_key_cert_pem(key), platform = sign_key_cert_pem(p->platform);
		*out = json_pack("{s:s,s:s#,s:s,s:s,s:s#}", "signature", (const char *)sig.p, "certificate",
			(const char *)pem.p, (int)pem.n, "token", (const char *)token.p, "token_signature",
			(const char *)token_sig.p, "token_certificate", (const char *)platform.p,
			(int)platform.n);
		rc = *out ? 0 : ERR_NOMEM;
	}
	sign_key_free(key);
	buf_fini(&sig);
	buf_fini(&token);
	buf_fini(&token_sig);
	return rc;
}

static int sign_route(struct http_request *r)
{
	struct platform *p = http_arg(r);
	const char *id = NULL, *pin = NULL, *form = NULL;
	struct err_note note = {0};
	json_t *out = NULL;
	int rc = json_get_str(http_body(r), "id_number", 18, &id, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "pin", 32, &pin, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "form", 1 << 20, &form, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	struct timespec delay = {
		atomic_load(&p->delay_ms) / 1000, atomic_load(&p->delay_ms) % 1000 * 1000000L};
	nanosleep(&delay, NULL);
	const json_t *person = person_find(p, id);
	if (atomic_load(&p->fault) == FAULT_REFUSE || !person || strcmp(json_str(person, "pin"), pin) != 0)
		return http_fail(r, ERR_DENIED, "number or PIN is wrong");
	rc = sign_form(p, person, form, &out, &note);
	return rc < 0 ? http_fail(r, rc, "%s", note.text) : http_reply_json(r, 200, out);
}

/* Test control: {"fault","delay_ms"}. */
static int control_route(struct http_request *r)
{
	struct platform *p = http_arg(r);
	const char *fault = json_str(http_body(r), "fault");
	for (int i = 0; i < FAULT_COUNT; i++)
		if (strcmp(fault, fault_names[i]) == 0)
			atomic_store(&p->fault, i);
	atomic_store(&p->delay_ms, (int)json_int(http_body(r), "delay_ms"));
	return http_reply_json(r, 200, json_pack("{s:s}", "fault", fault_names[atomic_load(&p->fault)]));
}

static const struct http_route routes[] = {
	{"POST", "/api/sign", "public", sign_route, 2 << 20, NULL, "sign a form {id_number, pin, form}"},
	{"POST", "/api/control", "public", control_route, 0, NULL, "faults and delays for tests"},
};

static int platform_open(struct platform *p, const char *people, struct err_note *note)
{
	char ca_key[4200], ca_cert[4200], key[4200], cert[4200];
	struct buf text;
	snprintf(ca_key, sizeof ca_key, "%s/ca.key", p->dir);
	snprintf(ca_cert, sizeof ca_cert, "%s/ca.pem", p->dir);
	snprintf(key, sizeof key, "%s/identity.sign.key", p->dir);
	snprintf(cert, sizeof cert, "%s/identity.sign.pem", p->dir);
	int rc = 0;
	if (access(ca_key, F_OK) != 0) {
		rc = key_make_ca(suite_by_name("gm"), "identity", 3650, ca_key, ca_cert, note);
		if (rc == 0)
			rc = key_issue(ca_key, ca_cert, CERT_SIGN, "identity", 3650, NULL, key, cert, note);
	}
	if (rc == 0)
		rc = sign_key_load(key, cert, NULL, &p->platform, note);
	buf_init(&text, 16 << 20);
	if (rc == 0 && (rc = file_read(AT_FDCWD, people, 16 << 20, &text)) < 0)
		err_set(note, rc, "%s: cannot be read", people);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 16 << 20, &p->people, note);
	buf_fini(&text);
	return rc;
}

static int serve(
	struct platform *p, const char *listen, const char *web, const char *port_file, struct err_note *note)
{
	struct http_server *s = NULL;
	int stop = -1;
	int rc = proc_stop_fd(&stop);
	if (rc == 0)
		rc = http_start(&(struct http_options){.listen = listen,
					.routes = routes,
					.nroutes = sizeof routes / sizeof routes[0],
					.web_dir = web,
					.workers = 4,
					.title = "identity platform (simulator)",
					.version = "1",
					.arg = p},
			&s, note);
	if (rc == 0 && port_file) {
		char text[16];
		snprintf(text, sizeof text, "%d\n", http_port(s));
		rc = file_write(AT_FDCWD, port_file, 0644, view_str(text), "port-file");
	}
	if (rc == 0) {
		struct pollfd f = {stop, POLLIN, 0};
		while (poll(&f, 1, -1) < 0)
			;
	}
	http_stop(s);
	if (stop >= 0)
		close(stop);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"dir", 1, NULL, 'd'}, {"people", 1, NULL, 'p'},
		{"listen", 1, NULL, 'l'}, {"web", 1, NULL, 'w'}, {"port-file", 1, NULL, 'f'},
		{"init", 0, NULL, 'i'}, {NULL, 0, NULL, 0}};
	struct platform p = {.dir = "."};
	struct err_note note = {0};
	const char *people = NULL, *listen = "127.0.0.1:0", *web = NULL, *port_file = NULL;
	bool init = false;
	log_init("dept-identity");
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (c) {
		case 'd':
			p.dir = optarg;
			break;
		case 'p':
			people = optarg;
			break;
		case 'l':
			listen = optarg;
			break;
		case 'w':
			web = optarg;
			break;
		case 'f':
			port_file = optarg;
			break;
		case 'i':
			init = true;
			break;
		default:
			return 2;
		}
	}
	if (!people) {
		fprintf(stderr, "USAGE: dept-identity --dir DIR --people FILE [--init | --listen ADDR:PORT "
				"--port-file F --web DIR]\n");
		return 2;
	}
	int rc = platform_open(&p, people, &note);
	if (rc == 0 && !init)
		rc = serve(&p, listen, web, port_file, &note);
	sign_key_free(p.platform);
	json_decref(p.people);
	return rc < 0 ? log_refusal(&note) : 0;
}
