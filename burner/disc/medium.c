#include "burner/disc/medium.h"

#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct medium {
	int fd, tmp;
	medium_reader *reader;
	int64_t size, shown; /* of the file; with what was repaired behind its end */
	bool file;
	int over;      /* repaired sectors at their own places; -1: none */
	uint8_t *laid; /* one bit per sector */
	uint32_t sectors;
};

int medium_new(int fd, int tmp, medium_reader *reader, struct medium **out, struct err_note *note)
{
	struct stat st;
	int64_t size = lseek(fd, 0, SEEK_END);
	if (size < 0 || fstat(fd, &st) < 0 || !(S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)))
		return err_set(note, ERR_FOREIGN, "neither a file nor a drive");
	struct medium *m = calloc(1, sizeof *m);
	if (!m)
		return ERR_NOMEM;
	*m = (struct medium){.fd = fd,
		.tmp = tmp,
		.reader = reader ? reader : pread,
		.size = size,
		.shown = size,
		.file = S_ISREG(st.st_mode),
		.over = -1};
	*out = m;
	return 0;
}

void medium_free(struct medium *m)
{
	if (!m)
		return;
	if (m->over >= 0)
		close(m->over);
	free(m->laid);
	free(m);
}

int64_t medium_size(const struct medium *m)
{
	return m->shown;
}

bool medium_is_file(const struct medium *m)
{
	return m->file;
}

void medium_is_drive(struct medium *m)
{
	m->file = false;
}

static bool laid(const struct medium *m, int64_t sector)
{
	return sector < m->sectors && m->laid[sector / 8] & 1u << (sector % 8);
}

static ssize_t from(const struct medium *m, int fd, void *p, size_t n, int64_t at)
{
	ssize_t got;
	do
		got = fd == m->fd ? m->reader(fd, p, n, at) : pread(fd, p, n, at);
	while (got < 0 && errno == EINTR);
	/* A drive refuses a run for the sake of one sector. */
	if (got < 0 && n > MEDIUM_SECTOR - (size_t)(at % MEDIUM_SECTOR))
		return from(m, fd, p, MEDIUM_SECTOR - (size_t)(at % MEDIUM_SECTOR), at);
	return got < 0 ? ERR_IO : got;
}

ssize_t medium_read(struct medium *m, void *p, size_t n, int64_t at)
{
	if (at >= m->shown)
		return 0;
	if ((int64_t)n > m->shown - at)
		n = (size_t)(m->shown - at);
	if (m->over < 0)
		return from(m, m->fd, p, n, at);
	/* As far as it comes from one place. */
	bool over = laid(m, at / MEDIUM_SECTOR);
	int64_t end = at - at % MEDIUM_SECTOR + MEDIUM_SECTOR;
	while (end < at + (int64_t)n && laid(m, end / MEDIUM_SECTOR) == over)
		end += MEDIUM_SECTOR;
	if (end < at + (int64_t)n)
		n = (size_t)(end - at);
	return from(m, over ? m->over : m->fd, p, n, at);
}

int medium_sector(struct medium *m, uint32_t at, uint8_t out[static MEDIUM_SECTOR])
{
	for (size_t got = 0; got < MEDIUM_SECTOR;) {
		ssize_t n = medium_read(
			m, out + got, MEDIUM_SECTOR - got, (int64_t)at * MEDIUM_SECTOR + (int64_t)got);
		if (n <= 0)
			return ERR_IO;
		got += (size_t)n;
	}
	return 0;
}

static int over_open(struct medium *m)
{
	m->over = m->tmp >= 0 ? openat(m->tmp, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)
			      : memfd_create("repaired", MFD_CLOEXEC);
	return m->over < 0 ? err_from_errno(errno) : 0;
}

int medium_repair(struct medium *m, uint32_t at, const uint8_t sector[static MEDIUM_SECTOR])
{
	int rc = m->over < 0 ? over_open(m) : 0;
	if (rc == 0 && at >= m->sectors) {
		uint32_t sectors = (at | 0xffff) + 1;
		uint8_t *bits = realloc(m->laid, sectors / 8);
		if (!bits)
			return ERR_NOMEM;
		memset(bits + m->sectors / 8, 0, (sectors - m->sectors) / 8);
		m->laid = bits;
		m->sectors = sectors;
	}
	if (rc == 0 && pwrite(m->over, sector, MEDIUM_SECTOR, (int64_t)at * MEDIUM_SECTOR) != MEDIUM_SECTOR)
		rc = ERR_IO;
	if (rc == 0) {
		m->laid[at / 8] |= (uint8_t)(1u << (at % 8));
		if (m->shown < ((int64_t)at + 1) * MEDIUM_SECTOR)
			m->shown = ((int64_t)at + 1) * MEDIUM_SECTOR;
	}
	return rc;
}
