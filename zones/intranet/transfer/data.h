/* Commands: import of the cadastre, dump of the copied book. */
#ifndef CAD_TRANSFER_DATA_H
#define CAD_TRANSFER_DATA_H
#include "common/service/service.h"

/* import FILE: JSON lines {"kind":"division"|"parcel"|"building","code","floors"?,"ring":[[x_mm,y_mm],…]}.
 * Exit code. */
int data_import(struct service *s, int argc, char **argv);
/* dump: "TABLE KEY HEX" per row of the copy, as `registryd dump`. Exit code. */
int data_dump(struct service *s, int argc, char **argv);
#endif
