#include "gapd/half/half_impl.h"

#include "common/log/log.h"
#include "common/os/fault.h"
#include "gapd/link/packet.h"
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SCAN_MAX 256
#define RESCAN_MS 1000
#define CHECKPOINT_MS 1000
#define YOUNG_S 2 /* a half-written file of somebody else is given this long */

/* ---- towards the other side */

static bool young(struct half *h, const char *name)
{
	struct stat st;
	return fstatat(spool_fd(h->spool, SPOOL_OUT), name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       time(NULL) - st.st_mtime < YOUNG_S;
}

/* The file that was read is gone, or another one has its name and is looked at next. */
static int gone_or_another(int rc)
{
	return rc == ERR_NOTFOUND || rc == ERR_CONFLICT ? 0 : rc;
}

/* A zone may give a file a name that is no text. Of that no record could be made, and without a record
 * nothing is done any more. */
static int quarantine(
	struct half *h, const char *name, const struct taken_file *is, const struct err_note *why)
{
	const char *said = spool_name_ok(name) ? name : "foreign";
	log_warn("bundle-refused", "file=\"%s\" reason=%s %s", name, err_name(why->err), why->text);
	int rc = half_record(h, "bundle.refuse", said, json_pack("{s:s}", "reason", err_name(why->err)));
	if (rc == 0)
		rc = spool_quarantine(h->spool, SPOOL_OUT, name, is, why);
	return gone_or_another(rc);
}

/* Sends one file to the switch; ERR_BUSY: not this one, not now. */
static int hand_over(struct half *h, const char *name)
{
	struct err_note why = {0};
	struct half_taken taken;
	struct taken_file is = {0};
	char hex[DIGEST_HEX];
	int fd = -1, records = -1;
	int rc = spool_read(h->spool, SPOOL_OUT, name, &fd, &is);
	if (rc == ERR_NOTFOUND)
		return ERR_BUSY;
	if (rc < 0)
		err_set(&why, rc, "%s: %s", name, err_text(rc));
	else
		rc = half_take(h, fd, is.size, &records, &taken, &why);
	if (fd >= 0)
		close(fd);
	if (rc < 0 && err_fault(rc) == ERR_FAULT_PEER)
		return young(h, name) && rc != ERR_SIGNATURE && rc != ERR_CERT
			       ? ERR_BUSY
			       : quarantine(h, name, &is, &why);
	if (rc < 0) {
		log_error("take", "file=\"%s\" error=%s %s", name, err_name(rc), why.text);
		return rc;
	}
	digest_hex(&taken.identity, hex);
	if (!taken.tick)
		rc = half_record(h, "bundle.hand-over", hex,
			json_pack("{s:s,s:s,s:I,s:I,s:i,s:i}", "link", "gap", "from", taken.from, "epoch",
				(json_int_t)taken.epoch, "seq", (json_int_t)taken.seq, "messages",
				(int)taken.messages, "refused", (int)taken.refused));
	if (rc == 0) {
		const struct packet p = {.kind = PACKET_BUNDLE, .number = ++h->number};
		fault_point("hand-over.before");
		rc = packet_send(h->socket, &p, records);
		fault_point("hand-over.after");
	}
	close(records);
	if (rc < 0)
		return rc;
	h->out.active = true;
	h->out.tick = taken.tick;
	h->out.number = h->number;
	h->out.identity = taken.identity;
	h->out.is = is;
	snprintf(h->out.name, sizeof h->out.name, "%s", name);
	return 0;
}

/* "…-tick-TIME.swb": the time, by which the newest is found; NULL for a numbered bundle. */
static const char *tick_time(const char *name)
{
	const char *t = strstr(name, "-tick-");
	return t ? t + 6 : NULL;
}

/* The oldest bundle first. Of several ticks only the newest says something. */
static int hand_over_next(struct half *h)
{
	struct spool_names names = {0};
	const char *newest = "";
	int rc = spool_scan(h->spool, SPOOL_OUT, SCAN_MAX, &names);
	for (size_t i = 0; rc == 0 && i < names.n; i++) {
		const char *t = tick_time(names.v[i]);
		if (t && strcmp(t, newest) > 0)
			newest = t;
	}
	for (size_t i = 0; rc == 0 && i < names.n && !h->out.active; i++) {
		const char *t = tick_time(names.v[i]);
		rc = t && t != newest ? spool_remove(h->spool, SPOOL_OUT, names.v[i])
				      : hand_over(h, names.v[i]);
		if (rc == ERR_BUSY || rc == ERR_NOTFOUND)
			rc = 0;
	}
	spool_names_free(&names);
	return rc;
}

/* The other side has made its own durable, or refused it: only now the file goes. */
static int settle(struct half *h, const struct packet *p)
{
	char hex[DIGEST_HEX];
	int rc = 0;
	if (!h->out.active || p->number != h->out.number)
		return ERR_FORMAT;
	digest_hex(&h->out.identity, hex);
	if (p->kind == PACKET_REFUSED) {
		struct err_note why = {.err = p->err};
		snprintf(why.text, sizeof why.text, "other side: %s", p->text);
		rc = quarantine(h, h->out.name, &h->out.is, &why);
	} else {
		if (!h->out.tick)
			rc = half_record(h, "bundle.handed-over", hex, NULL);
		if (rc == 0)
			rc = gone_or_another(spool_take(h->spool, SPOOL_OUT, h->out.name, &h->out.is));
	}
	h->out.active = false;
	return rc;
}

/* ---- from the other side */

static void plain_text(const char *from, char *to, size_t n)
{
	size_t i = 0;
	for (; from[i] && i + 1 < n; i++)
		to[i] = (char)(from[i] < ' ' || from[i] > '~' ? '?' : from[i]);
	memset(to + i, 0, n - i);
}

static int accept_bundle(struct half *h, const struct packet *p, int records)
{
	struct err_note why = {0};
	struct packet answer = {.kind = PACKET_DONE, .number = p->number};
	int rc = half_deliver(h, records, &why);
	close(records);
	/* No record asks for what may be absent: a file of its own is gone, as when a half that was left
	 * behind by a killed switch meets the next one. */
	if (rc == ERR_NOTFOUND || (rc < 0 && err_fault(rc) != ERR_FAULT_PEER)) {
		log_error("deliver", "error=%s %s", err_name(rc), why.text);
		return rc;
	}
	if (rc < 0) {
		log_warn("bundle-refused", "from=switch reason=%s %s", err_name(rc), why.text);
		answer.kind = PACKET_REFUSED;
		answer.err = rc;
		plain_text(why.text, answer.text, sizeof answer.text);
		rc = half_record(h, "bundle.refuse", "switch", json_pack("{s:s}", "reason", err_name(rc)));
	}
	fault_point("answer.before");
	if (rc == 0)
		rc = packet_send(h->socket, &answer, -1);
	fault_point("answer.after");
	return rc;
}

static int receive(struct half *h)
{
	struct packet p;
	int fd = -1;
	int rc = packet_recv(h->socket, &p, &fd);
	if (rc < 0)
		return rc;
	return p.kind == PACKET_BUNDLE ? accept_bundle(h, &p, fd) : settle(h, &p);
}

/* ---- both, in turns */

/* What was logged is signed within a second. */
static int checkpoint(struct half *h)
{
	int64_t now = time_mono_ms();
	if (now - h->checkpoint_ms < CHECKPOINT_MS)
		return 0;
	h->checkpoint_ms = now;
	return audit_log_checkpoint(h->audit, NULL, NULL) < 0 ? ERR_AUDIT : 0;
}

int half_carry(struct half *h)
{
	int rc = half_deliver_rest(h);
	while (rc == 0) {
		spool_watch_clear(h->watch);
		if (!h->out.active)
			rc = hand_over_next(h);
		struct pollfd p[3] = {{h->socket, POLLIN, 0}, {h->stop_fd, POLLIN, 0},
			{h->out.active ? -1 : spool_watch_fd(h->watch), POLLIN, 0}};
		if (rc == 0)
			poll(p, 3, RESCAN_MS);
		if (p[1].revents)
			return ERR_STOPPING;
		if (rc == 0 && p[0].revents)
			rc = receive(h);
		if (rc == 0)
			rc = checkpoint(h);
		if (rc == ERR_BUSY)
			rc = 0;
	}
	return rc;
}
