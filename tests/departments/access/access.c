/* dept-access FOLDER SEAL.pem MODE|answer: one look of the simulated platform; prints what it counted. */
#include "common/log/log.h"
#include "tests/departments/access/platform.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	struct platform_count n;
	struct err_note note = {0};
	struct cert *seal = NULL;
	bool late = argc == 4 && strcmp(argv[3], "answer") == 0;
	int mode = argc == 4 && !late ? platform_mode_of(argv[3]) : 0;
	if (argc != 4 || mode < 0) {
		fprintf(stderr, "USAGE: dept-access FOLDER SEAL.pem "
				"true|refuse|hold|garbage|stranger|twice|contradict|answer\n");
		return 2;
	}
	int rc = cert_load_pinned(argv[2], CERT_SEAL, &seal, &note);
	if (rc == 0)
		rc = late ? platform_answer_held(argv[1], seal, &n)
			  : platform_round(argv[1], seal, (enum platform_mode)mode, &n);
	cert_free(seal);
	if (rc < 0)
		return log_refusal(note.err ? &note : &(struct err_note){.err = rc});
	printf("messages %d logs %d accepted %d refused %d bad %d\n", n.messages, n.logs, n.accepted,
		n.refused, n.bad);
	return 0;
}
