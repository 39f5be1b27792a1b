/* registryd audit-book [json]: the auditor of the book (audit/book_audit.h) as a command. */
#ifndef REG_TRANSFER_AUDIT_COMMAND_H
#define REG_TRANSFER_AUDIT_COMMAND_H
#include "common/service/service.h"

/* One line "CODE TABLE KEY: text" per finding, then a summary; with the operand "json" one object. Exit code
 * 0: the book is sound, 1: something was found or could not be read. */
int audit_command_book(struct service *s, int argc, char **argv);
#endif
