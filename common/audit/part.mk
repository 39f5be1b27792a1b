LIBS += merkle
merkle_SRC := common/audit/merkle.c
merkle_LIBS := base crypto
UNITS += tests/unit/common/audit/test_merkle.c
UNIT_LIBS.tests/unit/common/audit/test_merkle.c := merkle

LIBS += audit
audit_SRC := common/audit/audit.c common/audit/audit_folder.c common/audit/audit_log.c common/audit/audit_verify.c
audit_LIBS := base log os crypto db merkle
EMBEDDERS += common/audit/audit.c
EMBED.common/audit/audit.c := common/audit/sql/0001-audit.sqlite.sql common/audit/sql/0001-audit.pg.sql
UNITS += tests/unit/common/audit/test_audit_log.c
UNIT_LIBS.tests/unit/common/audit/test_audit_log.c := audit
