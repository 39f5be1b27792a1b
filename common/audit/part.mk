LIBS += merkle
merkle_SRC := common/audit/merkle.c
merkle_LIBS := base crypto
UNITS += tests/unit/common/audit/test_merkle.c
UNIT_LIBS.tests/unit/common/audit/test_merkle.c := merkle

# The log in its folder, without a database.
LIBS += audit-log
audit-log_SRC := common/audit/audit_anchor_form.c common/audit/audit_copy.c common/audit/audit_folder.c common/audit/audit_log.c common/audit/audit_log_files.c common/audit/audit_log_open.c common/audit/audit_log_prune.c common/audit/audit_log_read.c common/audit/audit_note.c \
	common/audit/audit_proof.c common/audit/audit_prune_log.c common/audit/audit_tiles.c common/audit/audit_view.c common/audit/audit_walk.c common/audit/audit_walk_tile.c
audit-log_LIBS := base log os crypto merkle
UNITS += tests/unit/common/audit/test_audit_log.c
UNIT_LIBS.tests/unit/common/audit/test_audit_log.c := audit-log

# What several logs say of the same bundles and discs.
LIBS += audit-reconcile
audit-reconcile_SRC := common/audit/audit_reconcile.c common/audit/audit_reconcile_judge.c
audit-reconcile_LIBS := base
UNITS += tests/unit/common/audit/test_audit_reconcile.c
UNIT_LIBS.tests/unit/common/audit/test_audit_reconcile.c := audit-reconcile

LIBS += audit
audit_SRC := common/audit/audit.c common/audit/audit_anchor.c common/audit/audit_mover.c common/audit/audit_prune.c common/audit/audit_rejoin.c common/audit/audit_rows.c
audit_LIBS := audit-log db
EMBEDDERS += common/audit/audit.c
EMBED.common/audit/audit.c := common/audit/sql/0001-audit.sqlite.sql common/audit/sql/0001-audit.pg.sql \
	common/audit/sql/0002-place.sqlite.sql common/audit/sql/0002-place.pg.sql \
	common/audit/sql/0003-anchor.sqlite.sql common/audit/sql/0003-anchor.pg.sql
UNITS += tests/unit/common/audit/test_audit_anchor.c
UNIT_LIBS.tests/unit/common/audit/test_audit_anchor.c := audit
UNITS += tests/unit/common/audit/test_audit_mover.c
UNIT_LIBS.tests/unit/common/audit/test_audit_mover.c := audit

PROGS += swaudit
swaudit_SRC := common/audit/cli/main.c common/audit/cli/cli_audit.c common/audit/cli/cmd_check_proof.c common/audit/cli/cmd_export.c \
	common/audit/cli/cmd_prove.c common/audit/cli/cmd_reconcile.c common/audit/cli/cmd_stats.c common/audit/cli/cmd_verify.c
swaudit_LIBS := audit-log audit-reconcile
FUZZERS += tests/fuzz/fuzz_audit.c
FUZZ_LIBS.tests/fuzz/fuzz_audit.c := audit-log os
UNITS += tests/unit/common/audit/test_audit_record.c
UNIT_LIBS.tests/unit/common/audit/test_audit_record.c := audit test-backend
