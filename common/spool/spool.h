/* Spool folders of one link: ROOT/LINK/{out,in,quarantine,done,sent,tmp}. A file becomes visible whole and
 * durable. File names: [A-Za-z0-9._-]{1,200}. */
#ifndef SW_SPOOL_SPOOL_H
#define SW_SPOOL_SPOOL_H
#include "common/os/file.h"
#include "common/os/taken.h"

enum spool_dir { SPOOL_OUT, SPOOL_IN, SPOOL_QUARANTINE, SPOOL_DONE, SPOOL_SENT, SPOOL_TMP, SPOOL_DIRS };
struct spool;
/* Opens (and with `create` makes, mode 0770) the folders. */
SW_MUST_USE int spool_open(const char *root, const char *link, bool create, struct spool **out);
/* Folders of another product in place of ROOT/LINK/out and in, which it exchanges by means of its own; NULL:
 * those. They may lie on another file system, without links and notifications. They are not made. */
struct spool_folders {
	const char *out, *in;
};
SW_MUST_USE int spool_open_folders(
	const char *root, const char *link, const struct spool_folders *f, struct spool **out);
void spool_close(struct spool *s);
int spool_fd(const struct spool *s, enum spool_dir d);
bool spool_name_ok(const char *name);
/* NAME.missing: what is missing at a diode, in the form of diode-recv --report. It travels on discs beside
 * the bundles and is for people: no scan shows it. */
bool spool_list_name(const char *name);

/* New file in a folder: write to spool_new_fd, then publish; call spool_sync once per batch afterwards: only
 * then it is durable. */
SW_MUST_USE int spool_new(struct spool *s, enum spool_dir d, struct file_new **out);
SW_MUST_USE int spool_publish(struct spool *s, enum spool_dir d, struct file_new *f, const char *name);
/* The two steps of spool_publish apart, for tmp/: under its name first, its content durable after
 * spool_flush. */
SW_MUST_USE int spool_place(struct spool *s, enum spool_dir d, struct file_new *f, const char *name);
SW_MUST_USE int spool_flush(struct spool *s, enum spool_dir d, struct file_new *f);
SW_MUST_USE int spool_sync(struct spool *s, enum spool_dir d);
/* Hard link (same folder tree) or copy; durable after spool_sync of the target. ERR_EXISTS when the name is
 * taken by other content, 0 when it is the same file or same bytes. */
SW_MUST_USE int spool_link(struct spool *s, enum spool_dir from, enum spool_dir to, const char *name);
SW_MUST_USE int spool_move(struct spool *s, enum spool_dir from, enum spool_dir to, const char *name);
SW_MUST_USE int spool_remove(struct spool *s, enum spool_dir d, const char *name);
/* Opens for reading: refuses what is not a regular file (O_NOFOLLOW, fstat) with ERR_MEMBER, and tells with
 * both which one it is. */
SW_MUST_USE int spool_read(
	struct spool *s, enum spool_dir d, const char *name, int *fd, struct taken_file *is);
/* Removes the file that was read. ERR_CONFLICT: another one has its name by now (common/os/taken.h); it
 * stays. */
SW_MUST_USE int spool_take(struct spool *s, enum spool_dir d, const char *name, const struct taken_file *is);
/* Moves a refused file to quarantine under NAME[.N] and writes NAME[.N].reason beside it: JSON
 * {"reason","text","at","size"}. `is`: only the file that was read (ERR_CONFLICT as spool_take); NULL:
 * whatever has the name. */
SW_MUST_USE int spool_quarantine(struct spool *s, enum spool_dir from, const char *name,
	const struct taken_file *is, const struct err_note *why);

/* Names of visible entries of any kind, sorted bytewise, at most max. What a crash left aside goes back
 * first. Free with spool_names_free. */
struct spool_names {
	char **v;
	size_t n;
};
SW_MUST_USE int spool_scan(struct spool *s, enum spool_dir d, size_t max, struct spool_names *out);
void spool_names_free(struct spool_names *n);

/* Watch: a descriptor that turns readable when something appears in the folder (inotify; -1 where that is
 * missing: re-scan by time). spool_wait returns after an event, after timeout_ms, or when wake_fd turns
 * readable. Half-written foreign files: callers re-scan, a file not of the right form goes to quarantine only
 * when its mtime is older than 2 s. */
struct spool_watch;
SW_MUST_USE int spool_watch_new(struct spool *s, enum spool_dir d, struct spool_watch **out);
/* For a folder that tells of nothing: only time and wake_fd wake. */
SW_MUST_USE int spool_watch_none(struct spool_watch **out);
void spool_watch_wait(struct spool_watch *w, int wake_fd, int timeout_ms);
int spool_watch_fd(const struct spool_watch *w);
void spool_watch_clear(struct spool_watch *w);
void spool_watch_free(struct spool_watch *w);
#endif
