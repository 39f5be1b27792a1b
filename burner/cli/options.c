#include "burner/cli/options.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct place {
	const char *name;
	size_t at;
} PLACES[] = {{"store", offsetof(struct options, store)}, {"bundles", offsetof(struct options, bundles)},
	{"reason", offsetof(struct options, reason)}, {"key", offsetof(struct options, key)},
	{"cert", offsetof(struct options, cert)},
	{"passphrase-file", offsetof(struct options, passphrase_file)}, {"to", offsetof(struct options, to)},
	{"by", offsetof(struct options, by)}, {"trust", offsetof(struct options, trust)},
	{"revoked", offsetof(struct options, revoked)}, {"into", offsetof(struct options, into)},
	{"suite", offsetof(struct options, suite)}, {"mark", offsetof(struct options, mark)},
	{"use", offsetof(struct options, use)}, {"medium", offsetof(struct options, medium)},
	{"blank", offsetof(struct options, blank)}, {"seal", offsetof(struct options, seal)},
	{"from", offsetof(struct options, from)}, {"identity", offsetof(struct options, identity)},
	{"how", offsetof(struct options, how)}, {"place", offsetof(struct options, place)},
	{"label", offsetof(struct options, label)}, {"drive", offsetof(struct options, drive)},
	{"month", offsetof(struct options, month)}, {"last", offsetof(struct options, last)},
	{"state", offsetof(struct options, state)}, {"wait", offsetof(struct options, wait)}};
#define PLACES_N (sizeof PLACES / sizeof PLACES[0])

static const char **place(struct options *o, size_t i)
{
	return (const char **)(void *)((char *)o + PLACES[i].at);
}

/* Is the name one of a list separated by blanks? */
static bool listed(const char *list, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = list; (p = strstr(p, name)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

int options_parse(const struct command *c, int argc, char **argv, struct options *out, struct err_note *note)
{
	struct option table[PLACES_N + 2] = {{"json", no_argument, NULL, 'j'}};
	struct options o = {
		.by = "", .suite = "gm", .use = "数据摆渡 data ferry", .medium = "dvd", .seal = ""};
	for (size_t i = 0; i < PLACES_N; i++)
		table[i + 1] = (struct option){PLACES[i].name, required_argument, NULL, 256 + (int)i};
	optind = 1;
	opterr = 0;
	for (int opt; (opt = getopt_long(argc, argv, "", table, NULL)) != -1;) {
		if (opt == '?' || opt == ':')
			return err_set(
				note, ERR_USAGE, "%.100s: unknown option or no value", argv[optind - 1]);
		if (opt == 'j')
			o.json = true;
		else
			*place(&o, (size_t)(opt - 256)) = optarg;
	}
	if (argc - optind != (c->subject ? 1 : 0))
		return err_set(
			note, ERR_USAGE, "%s", c->subject ? "exactly one name is wanted" : "too many words");
	o.subject = c->subject ? argv[optind] : NULL;
	for (size_t i = 0; i < PLACES_N; i++)
		if (listed(c->needs, PLACES[i].name) && !*place(&o, i))
			return err_set(note, ERR_USAGE, "--%s is missing", PLACES[i].name);
	if (o.wait && (strspn(o.wait, "0123456789") != strlen(o.wait) || strlen(o.wait) > 5 || !*o.wait))
		return err_set(note, ERR_USAGE, "--wait: seconds are wanted");
	*out = o;
	return 0;
}

int options_wait(const struct options *o)
{
	return o->wait ? (int)strtol(o->wait, NULL, 10) * 1000 : -1;
}

int options_print(const struct options *o, json_t *v)
{
	const char *key;
	json_t *member;
	if (o->json) {
		json_dumpf(v, stdout, JSON_COMPACT | JSON_SORT_KEYS);
		(void)putchar('\n');
	} else {
		json_object_foreach(v, key, member)
		{
			(void)printf("%s: ", key);
			json_dumpf(member, stdout, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
			(void)putchar('\n');
		}
	}
	json_decref(v);
	return 0;
}
