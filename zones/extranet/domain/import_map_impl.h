/* What import_map.c reads and import_make.c uses. */
#ifndef REG_DOMAIN_IMPORT_MAP_IMPL_H
#define REG_DOMAIN_IMPORT_MAP_IMPL_H
#include "zones/extranet/domain/import_map.h"
#include "zones/extranet/domain/import_value.h"
#include "zones/extranet/store/book_columns.h"

#define IMPORT_ROW_COLUMNS 40
#define IMPORT_ROWS 8

struct import_column {
	char name[16], from[IMPORT_NAME], value[256], empty[256], before[64], behind[64];
	enum import_kind kind;
	bool has_empty;
	int cut_from, cut_to; /* characters from 1; 0: whole */
	json_t *codes;
};
struct import_row {
	char table[16], id[IMPORT_NAME], of[IMPORT_NAME], when[IMPORT_NAME], is[256];
	struct import_column columns[IMPORT_ROW_COLUMNS];
	size_t ncolumns;
};
struct import_source {
	char name[33], file[201], graphics[IMPORT_NAME];
	bool gb18030;
	struct import_form form;
	struct import_row rows[IMPORT_ROWS];
	size_t nrows;
};
struct import_map {
	char origin[201], report[201], graphics[201];
	struct import_source sources[IMPORT_SOURCES_MAX];
	size_t nsources;
};
#endif
