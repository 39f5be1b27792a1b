#include "burner/ledger/persons.h"

#include "common/os/file.h"

#define FILE_MAX 65536

int persons_trust(const struct ledger *l, struct trust **out, struct err_note *note)
{
	struct buf b;
	*out = NULL;
	buf_init(&b, FILE_MAX);
	int rc = file_read(ledger_root(l), "trust/persons.pem", FILE_MAX, &b);
	if (rc == 0)
		rc = trust_from_pem(buf_view(&b), out, note);
	buf_fini(&b);
	if (rc == ERR_NOTFOUND)
		return 0;
	return rc < 0 ? err_set(note, rc, "trust/persons.pem of the ledger cannot be used") : 0;
}
