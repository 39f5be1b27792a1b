/* What jqbox and its keeper say to each other over two pipes: frames of a head and a payload. One question,
 * one answer. Inside common/workflow only. */
#ifndef SW_WORKFLOW_JQBOX_WIRE_H
#define SW_WORKFLOW_JQBOX_WIRE_H
#include <stdint.h>

#define JQBOX_FRAME_MAX (4 << 20)
struct jqbox_head {
	uint32_t size;   /* of the payload */
	uint32_t number; /* of the program */
	uint32_t op;
};
enum {
	JQBOX_LOAD = 'L', /* payload: the program */
	JQBOX_RUN = 'R',  /* payload: the value, JSON */
	JQBOX_VALUE = 'V',
	JQBOX_ERROR = 'E' /* payload: what is wrong, text */
};
#endif
