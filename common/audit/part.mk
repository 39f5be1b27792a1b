LIBS += merkle
merkle_SRC := common/audit/merkle.c
merkle_LIBS := base crypto
UNITS += tests/unit/common/audit/test_merkle.c
UNIT_LIBS.tests/unit/common/audit/test_merkle.c := merkle
