/* Commands on the book as data: import of an existing register, and its dump for comparing the copies row by
 * row. */
#ifndef REG_TRANSFER_DATA_H
#define REG_TRANSFER_DATA_H
#include "common/service/service.h"

/* import FILE: JSON lines {"table","row"}; rows go into the book and, in batches, to the intranet. Exit code.
 */
int data_import(struct service *s, int argc, char **argv);
/* dump: "TABLE KEY HEX" per row, HEX = digest of the row's canonical JSON. Exit code. */
int data_dump(struct service *s, int argc, char **argv);
#endif
