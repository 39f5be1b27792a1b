LIBS += workflow bpmn jqbox-keeper flow flow-store
workflow_SRC := common/workflow/agent.c common/workflow/business.c common/workflow/business_check.c common/workflow/business_form.c common/workflow/business_json.c common/workflow/business_paper.c \
	common/workflow/business_read.c common/workflow/correction.c common/workflow/fee.c common/workflow/holder.c common/workflow/mandate.c common/workflow/marked.c common/workflow/paper_facts.c common/workflow/record.c
workflow_LIBS := base log os config message
bpmn_SRC := common/workflow/bpmn_check.c common/workflow/bpmn_event.c common/workflow/bpmn_extension.c common/workflow/bpmn_node.c \
	common/workflow/bpmn_read.c common/workflow/bpmn_space.c common/workflow/bpmn_xml.c
bpmn_LIBS := base
bpmn_PKG := libxml-2.0
flow_SRC := common/workflow/flow.c common/workflow/flow_back.c common/workflow/flow_migrate.c common/workflow/flow_run.c
flow_LIBS := base bpmn
jqbox-keeper_SRC := common/workflow/jq_words.c common/workflow/jqbox.c common/workflow/jqbox_tried.c common/workflow/jqbox_worker.c
jqbox-keeper_LIBS := base log os
flow-store_SRC := common/workflow/rule.c common/workflow/flow_change.c common/workflow/flow_def.c common/workflow/flow_query.c common/workflow/flow_store.c
flow-store_LIBS := base db flow jqbox-keeper workflow
EMBEDDERS += common/workflow/flow_store.c
EMBED.common/workflow/flow_store.c := $(foreach m,0001-workflow 0002-rules 0003-terms,common/workflow/sql/$(m).sqlite.sql common/workflow/sql/$(m).pg.sql)
PROGS += jqbox
jqbox_SRC := common/workflow/jqbox/main.c
jqbox_LIBS := base log os
jqbox_LDLIBS := -ljq
UNITS += tests/unit/common/workflow/test_agent.c tests/unit/common/workflow/test_bpmn.c tests/unit/common/workflow/test_business.c tests/unit/common/workflow/test_correction.c tests/unit/common/workflow/test_flow.c \
	tests/unit/common/workflow/test_jqbox.c tests/unit/common/workflow/test_record.c
UNIT_LIBS.tests/unit/common/workflow/test_agent.c := workflow
UNIT_LIBS.tests/unit/common/workflow/test_bpmn.c := os bpmn
UNIT_LIBS.tests/unit/common/workflow/test_business.c := workflow
UNIT_LIBS.tests/unit/common/workflow/test_correction.c := workflow
UNIT_LIBS.tests/unit/common/workflow/test_flow.c := os flow
UNIT_LIBS.tests/unit/common/workflow/test_jqbox.c := jqbox-keeper
UNIT_LIBS.tests/unit/common/workflow/test_record.c := workflow
FUZZERS += tests/fuzz/fuzz_bpmn.c
FUZZ_LIBS.tests/fuzz/fuzz_bpmn.c := bpmn
bench-workflow: deps
	@$(MAKE) --no-print-directory -j2 B=build build/testbin/flow-load build/bin/jqbox
	@tests/bench/workflow.sh
.PHONY: bench-workflow
UNITS += tests/unit/common/workflow/test_flow_store.c
UNIT_LIBS.tests/unit/common/workflow/test_flow_store.c := flow-store test-backend
UNITS += tests/unit/common/workflow/test_rule.c
UNIT_LIBS.tests/unit/common/workflow/test_rule.c := flow-store workflow
FUZZERS += tests/fuzz/fuzz_mandate.c
FUZZ_LIBS.tests/fuzz/fuzz_mandate.c := workflow
