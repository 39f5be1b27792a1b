#include "tests/departments/simulator.h"

#include "common/log/log.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void simulator_delay(const struct simulator *s)
{
	int ms = atomic_load(&s->delay_ms);
	struct timespec delay = {ms / 1000, ms % 1000 * 1000000L};
	nanosleep(&delay, NULL);
}

static bool knows(const struct simulator *s, const struct http_request *r)
{
	const char *sent = http_header(r, "Authorization");
	return !s->token || (sent && strncmp(sent, "Bearer ", 7) == 0 && strcmp(sent + 7, s->token) == 0);
}

static bool has_fault(const struct simulator *s, const char *name)
{
	return strcmp(s->faults[atomic_load(&s->fault)], name) == 0;
}

int simulator_begins(const struct simulator *s, struct http_request *r)
{
	simulator_delay(s);
	if (!knows(s, r))
		return http_fail(r, ERR_LOGIN, "token");
	if (has_fault(s, "refuse"))
		return http_fail(r, ERR_DENIED, "refused on demand");
	return has_fault(s, "unavailable") ? ERR_BUSY : 0;
}

int simulator_states(const struct simulator *s, struct http_request *r, struct view text)
{
	struct view pem = sign_key_cert_pem(s->key);
	struct buf sig;
	buf_init(&sig, 1024);
	int rc = sign_make_base64(s->key, has_fault(s, "bad-signature") ? view_str("another") : text, &sig);
	if (rc == 0)
		rc = http_reply_json(r, 200,
			json_pack("{s:s#,s:s,s:s#}", "statement", (const char *)text.p, (int)text.n,
				"signature", (const char *)sig.p, "certificate", (const char *)pem.p,
				(int)pem.n));
	buf_fini(&sig);
	return rc;
}

static int key_load(struct simulator *s, struct err_note *note)
{
	const char *name = s->signer;
	char ca_key[4200], ca_cert[4200], key[4200], cert[4200];
	snprintf(ca_key, sizeof ca_key, "%s/ca.key", s->dir);
	snprintf(ca_cert, sizeof ca_cert, "%s/ca.pem", s->dir);
	snprintf(key, sizeof key, "%s/%s.sign.key", s->dir, name);
	snprintf(cert, sizeof cert, "%s/%s.sign.pem", s->dir, name);
	int rc = 0;
	if (access(ca_key, F_OK) != 0) {
		rc = key_make_ca(suite_by_name("gm"), name, 3650, ca_key, ca_cert, note);
		if (rc == 0)
			rc = key_issue(ca_key, ca_cert, CERT_SIGN, name, 3650, NULL, key, cert, note);
	}
	return rc == 0 ? sign_key_load(key, cert, NULL, &s->key, note) : rc;
}

static int data_load(const struct simulator *s, struct err_note *note)
{
	struct buf text;
	buf_init(&text, 16 << 20);
	int rc = file_read(AT_FDCWD, s->data ? s->data : "", 16 << 20, &text);
	if (rc < 0)
		err_set(note, rc, "--data: cannot be read");
	if (rc == 0)
		rc = json_parse(buf_view(&text), 16 << 20, s->data_in, note);
	buf_fini(&text);
	return rc;
}

static int control(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	const char *fault = json_str(http_body(r), "fault");
	for (int i = 0; s->faults[i]; i++)
		if (strcmp(fault, s->faults[i]) == 0)
			atomic_store(&s->fault, i);
	atomic_store(&s->delay_ms, (int)json_int(http_body(r), "delay_ms"));
	if (s->controlled)
		s->controlled(s, http_body(r));
	return http_reply_json(r, 200, json_pack("{s:s}", "fault", s->faults[atomic_load(&s->fault)]));
}

static int serve(struct simulator *s, const char *listen, const char *port_file, struct err_note *note)
{
	struct http_server *server = NULL;
	struct http_route *routes = calloc(s->nroutes + 1, sizeof *routes);
	int stop = -1;
	if (!routes)
		return ERR_NOMEM;
	memcpy(routes, s->routes, s->nroutes * sizeof *routes);
	routes[s->nroutes] = (struct http_route){
		"POST", "/api/control", "public", control, 0, NULL, "faults and delays for tests"};
	int rc = proc_stop_fd(&stop);
	if (rc == 0)
		rc = http_start(&(struct http_options){.listen = listen,
					.routes = routes,
					.nroutes = s->nroutes + 1,
					.web_dir = s->web,
					.workers = 4,
					.title = s->title,
					.version = "1",
					.arg = s},
			&server, note);
	free(routes);
	if (rc == 0)
		s->port = http_port(server);
	if (rc == 0 && port_file) {
		char text[16];
		snprintf(text, sizeof text, "%d\n", s->port);
		rc = file_write(AT_FDCWD, port_file, 0644, view_str(text), "port-file");
	}
	if (rc == 0) {
		struct pollfd f = {stop, POLLIN, 0};
		while (poll(&f, 1, -1) < 0)
			;
	}
	http_stop(server);
	if (stop >= 0)
		close(stop);
	return rc;
}

#define OWN_MAX 8

int simulator_main(struct simulator *s, int argc, char **argv)
{
	const char *listen = "127.0.0.1:0", *port_file = NULL;
	const struct simulator_option common[] = {{"dir", &s->dir}, {"data", &s->data}, {"token", &s->token},
		{"web", &s->web}, {"listen", &listen}, {"port-file", &port_file}};
	enum { COMMON = sizeof common / sizeof common[0] };
	const char **values[COMMON + OWN_MAX];
	struct option options[COMMON + OWN_MAX + 2] = {{"init", 0, NULL, 'i'}};
	struct err_note note = {0};
	int n = 0;
	for (; n < COMMON; n++) {
		options[1 + n] = (struct option){common[n].name, 1, NULL, 'A' + n};
		values[n] = common[n].value;
	}
	for (const struct simulator_option *o = s->options; o && o->name && n < COMMON + OWN_MAX; o++, n++) {
		options[1 + n] = (struct option){o->name, 1, NULL, 'A' + n};
		values[n] = o->value;
	}
	log_init(s->title);
	s->dir = ".";
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'i')
			s->init = true;
		else if (c >= 'A' && c < 'A' + n)
			*values[c - 'A'] = optarg;
		else
			return 2;
	}
	int rc = s->signer ? key_load(s, &note) : 0;
	if (rc == 0 && s->data_in)
		rc = data_load(s, &note);
	if (rc == 0 && s->prepare)
		rc = s->prepare(s, &note);
	if (rc == 0 && !s->init)
		rc = serve(s, listen, port_file, &note);
	sign_key_free(s->key);
	if (s->data_in)
		json_decref(*s->data_in);
	return rc < 0 ? log_refusal(note.err ? &note : &(struct err_note){.err = rc}) : 0;
}
