/* registryd import-register [dry] MAPPING: an existing register from the files of other systems
 * (domain/import_map.h). Three steps, each in small transactions, so that a run that was stopped goes on when
 * it is started again: every record is read and kept sealed or refused; each unit's records become one entry
 * of the book and its copy, or are refused together with the rule that is broken; the account is printed and
 * the refused ones stand in the report file. Graphics leave in files sealed to the intranet, for the diode.
 */
#ifndef REG_TRANSFER_IMPORT_REGISTER_H
#define REG_TRANSFER_IMPORT_REGISTER_H
#include "common/service/service.h"

int import_register_command(struct service *s, int argc, char **argv);
#endif
