/* What the directory of the unified platform 一体化平台 says of a division's people (guide 五(一)1): the text
 * of its statement, whoever signed it. Canonical JSON:
 * {"iss":"directory","division","serial","issued","complete","people":[{"id","user","name","roles",
 * "organisation","active"}]}. Pure. */
#ifndef SW_HTTP_DIRECTORY_LIST_H
#define SW_HTTP_DIRECTORY_LIST_H
#include "common/base/json.h"

#define DIRECTORY_LIST_BYTES (1 << 20)
#define DIRECTORY_LIST_PEOPLE 5000
#define DIRECTORY_LIST_ID 64

struct directory_person { /* borrowed of the list */
	const char *id;   /* the directory's own number of the person, stays with them */
	const char *user, *name;
	const char *roles;        /* codes of this service, separated by spaces */
	const char *organisation; /* code of this service, or "" */
	bool active;              /* false: the person left; what else stands here is not looked at */
};
struct directory_list {
	char division[7];
	int64_t serial; /* of the division's statements, each higher than the one before */
	const char *issued;
	bool complete; /* whom it does not name has left; false: it says nothing of the others */
	struct directory_person *people;
	size_t n;
	json_t *json; /* holds the texts */
};
/* Each person and each user name once. ERR_SYNTAX, ERR_SCHEMA, ERR_LIMIT, ERR_NOMEM;
 * the note names the place. */
SW_MUST_USE int directory_list_read(struct view text, struct directory_list *out, struct err_note *note);
void directory_list_fini(struct directory_list *l);
/* 2 to 63 of a-z, 0-9, dot, dash, underscore: the form of a user name. */
bool directory_list_user(const char *user);
#endif
