#include "common/document/archive_member.h"

#include <archive.h>
#include <archive_entry.h>

int archive_member_write(struct archive *a, const char *path, int64_t at_s, struct view content)
{
	struct archive_entry *e = archive_entry_new();
	if (!e)
		return ERR_NOMEM;
	archive_entry_set_pathname(e, path);
	archive_entry_set_size(e, (int64_t)content.n);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, (time_t)at_s, 0);
	int rc = archive_write_header(a, e) == ARCHIVE_OK ? 0 : ERR_IO;
	archive_entry_free(e);
	if (rc == 0 && content.n && archive_write_data(a, content.p, content.n) != (la_ssize_t)content.n)
		rc = ERR_IO;
	return rc;
}
