LIBS += workflow
workflow_SRC := common/workflow/business.c common/workflow/business_check.c
workflow_LIBS := base log os config message
UNITS += tests/unit/common/workflow/test_business.c
UNIT_LIBS.tests/unit/common/workflow/test_business.c := workflow
