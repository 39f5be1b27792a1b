/* The units of 分割 and 合并 as a form names them: a line each, "CODE|ROOM|AREA" (room and area in cm² where
 * they matter), separated by line ends or semicolons. */
#ifndef REG_DOMAIN_UNIT_LINES_H
#define REG_DOMAIN_UNIT_LINES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNIT_LINES_MAX 20
struct unit_line {
	char code[29], room[61];
	int64_t area;
};
/* False: a line is none, or there are too many; *n is then how many could be read. */
bool unit_lines_read(const char *text, struct unit_line out[static UNIT_LINES_MAX], size_t *n);
#endif
