TESTPROGS += bpmn-check
bpmn-check_SRC := tests/workflow/bpmn_check.c
bpmn-check_LIBS := os bpmn
