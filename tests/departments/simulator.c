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

bool simulator_knows(const struct simulator *s, const struct http_request *r)
{
	const char *sent = http_header(r, "Authorization");
	return !s->token || (sent && strncmp(sent, "Bearer ", 7) == 0 && strcmp(sent + 7, s->token) == 0);
}

static int control(struct http_request *r)
{
	struct simulator *s = http_arg(r);
	const char *fault = json_str(http_body(r), "fault");
	for (int i = 0; s->faults[i]; i++)
		if (strcmp(fault, s->faults[i]) == 0)
			atomic_store(&s->fault, i);
	atomic_store(&s->delay_ms, (int)json_int(http_body(r), "delay_ms"));
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
					.workers = 4,
					.title = s->title,
					.version = "1",
					.arg = s},
			&server, note);
	free(routes);
	if (rc == 0 && port_file) {
		char text[16];
		snprintf(text, sizeof text, "%d\n", http_port(server));
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

int simulator_main(struct simulator *s, int argc, char **argv)
{
	static const struct option options[] = {{"dir", 1, NULL, 'd'}, {"data", 1, NULL, 'a'},
		{"token", 1, NULL, 't'}, {"listen", 1, NULL, 'l'}, {"port-file", 1, NULL, 'f'},
		{"init", 0, NULL, 'i'}, {NULL, 0, NULL, 0}};
	struct err_note note = {0};
	const char *listen = "127.0.0.1:0", *port_file = NULL;
	bool init = false;
	log_init(s->title);
	s->dir = ".";
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'd')
			s->dir = optarg;
		else if (c == 'a')
			s->data = optarg;
		else if (c == 't')
			s->token = optarg;
		else if (c == 'l')
			listen = optarg;
		else if (c == 'f')
			port_file = optarg;
		else if (c == 'i')
			init = true;
		else
			return 2;
	}
	int rc = s->prepare ? s->prepare(s, &note) : 0;
	if (rc == 0 && !init)
		rc = serve(s, listen, port_file, &note);
	return rc < 0 ? log_refusal(note.err ? &note : &(struct err_note){.err = rc}) : 0;
}
