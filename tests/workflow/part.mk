TESTPROGS += bpmn-check flow-load
bpmn-check_SRC := tests/workflow/bpmn_check.c
bpmn-check_LIBS := os bpmn
flow-load_SRC := tests/workflow/flow_load.c tests/workflow/flow_load_case.c
flow-load_LIBS := log flow-store
