/* A watched folder and, where asked for, the folders below it: the names in it, and inotify's word of what is
 * new. Nothing is followed: no symbolic link at any place of a name. */
#ifndef SW_DIODE_TREE_H
#define SW_DIODE_TREE_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>

struct tree_options {
	const char *path;
	bool deep;        /* folders below, too */
	const char *skip; /* name of a folder in `path` that is not looked into; NULL none */
	size_t names_max; /* listed at a time */
};
struct tree;
SW_MUST_USE int tree_open(const struct tree_options *o, struct tree **out, struct err_note *note);
void tree_close(struct tree *t);
int tree_fd(const struct tree *t);        /* of the folder; stays the tree's */
int tree_notify_fd(const struct tree *t); /* readable when something is new; -1: only a list tells */
/* Names relative to the folder, in bytewise order: what is no folder and, with "/" behind, folders in which
 * there is nothing. Hidden and temporary names are left out. Free each and the array. *full: there are more.
 */
SW_MUST_USE int tree_list(struct tree *t, char ***names, size_t *n, bool *full);
/* Calls for each name inotify tells. True when only a list can tell all. */
bool tree_events(struct tree *t, void (*each)(void *cookie, const char *name), void *cookie);
/* The folder a name (without "/" behind) stands in, and the last part of the name. *dir is to be closed with
 * tree_leave. ERR_NOTFOUND, ERR_MEMBER for a link on the way. */
SW_MUST_USE int tree_enter(const struct tree *t, const char *name, int *dir, const char **base);
void tree_leave(const struct tree *t, int dir);
/* The same below another folder, where missing folders of the name are made. */
SW_MUST_USE int tree_make(int folder, const char *name, int *dir);
#endif
