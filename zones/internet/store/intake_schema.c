#include "zones/internet/store/intake_schema.h"

#include "common/base/embed.h"

EMBED(intake_sql_0001, "zones/internet/store/sql/0001-intake.sqlite.sql");
EMBED(intake_pg_0001, "zones/internet/store/sql/0001-intake.pg.sql");
EMBED(intake_sql_0002, "zones/internet/store/sql/0002-publicity.sqlite.sql");
EMBED(intake_pg_0002, "zones/internet/store/sql/0002-publicity.pg.sql");
EMBED(intake_sql_0003, "zones/internet/store/sql/0003-definition.sqlite.sql");
EMBED(intake_pg_0003, "zones/internet/store/sql/0003-definition.pg.sql");
EMBED(intake_sql_0004, "zones/internet/store/sql/0004-submission.sqlite.sql");
EMBED(intake_pg_0004, "zones/internet/store/sql/0004-submission.pg.sql");
EMBED(intake_sql_0005, "zones/internet/store/sql/0005-appointment.sqlite.sql");
EMBED(intake_pg_0005, "zones/internet/store/sql/0005-appointment.pg.sql");
EMBED(intake_sql_0006, "zones/internet/store/sql/0006-correction.sqlite.sql");
EMBED(intake_pg_0006, "zones/internet/store/sql/0006-correction.pg.sql");
EMBED(intake_sql_0007, "zones/internet/store/sql/0007-timeline.sqlite.sql");
EMBED(intake_pg_0007, "zones/internet/store/sql/0007-timeline.pg.sql");
EMBED(intake_sql_0015, "zones/internet/store/sql/0015-fee.sqlite.sql");
EMBED(intake_pg_0015, "zones/internet/store/sql/0015-fee.pg.sql");
EMBED(intake_sql_0016, "zones/internet/store/sql/0016-issued.sqlite.sql");
EMBED(intake_pg_0016, "zones/internet/store/sql/0016-issued.pg.sql");
EMBED(intake_sql_0017, "zones/internet/store/sql/0017-person.sqlite.sql");
EMBED(intake_pg_0017, "zones/internet/store/sql/0017-person.pg.sql");
EMBED(intake_sql_0018, "zones/internet/store/sql/0018-face.sqlite.sql");
EMBED(intake_pg_0018, "zones/internet/store/sql/0018-face.pg.sql");
EMBED(intake_sql_0020, "zones/internet/store/sql/0020-payment.sqlite.sql");
EMBED(intake_pg_0020, "zones/internet/store/sql/0020-payment.pg.sql");
EMBED(intake_sql_0021, "zones/internet/store/sql/0021-added.sqlite.sql");
EMBED(intake_pg_0021, "zones/internet/store/sql/0021-added.pg.sql");
EMBED(intake_sql_0022, "zones/internet/store/sql/0022-mandate.sqlite.sql");
EMBED(intake_pg_0022, "zones/internet/store/sql/0022-mandate.pg.sql");
EMBED(intake_sql_0024, "zones/internet/store/sql/0024-message.sqlite.sql");
EMBED(intake_pg_0024, "zones/internet/store/sql/0024-message.pg.sql");
EMBED(intake_sql_0026, "zones/internet/store/sql/0026-answers.sqlite.sql");
EMBED(intake_pg_0026, "zones/internet/store/sql/0026-answers.pg.sql");
EMBED(intake_sql_0027, "zones/internet/store/sql/0027-withdrawal.sqlite.sql");
EMBED(intake_pg_0027, "zones/internet/store/sql/0027-withdrawal.pg.sql");
EMBED(intake_sql_0028, "zones/internet/store/sql/0028-batch.sqlite.sql");
EMBED(intake_pg_0028, "zones/internet/store/sql/0028-batch.pg.sql");
EMBED(intake_sql_0029, "zones/internet/store/sql/0029-visit.sqlite.sql");
EMBED(intake_pg_0029, "zones/internet/store/sql/0029-visit.pg.sql");
EMBED(intake_sql_0030, "zones/internet/store/sql/0030-batch-port.sqlite.sql");
EMBED(intake_pg_0030, "zones/internet/store/sql/0030-batch-port.pg.sql");
EMBED(intake_sql_0031, "zones/internet/store/sql/0031-delivery.sqlite.sql");
EMBED(intake_pg_0031, "zones/internet/store/sql/0031-delivery.pg.sql");
EMBED(intake_sql_0032, "zones/internet/store/sql/0032-mail.sqlite.sql");
EMBED(intake_pg_0032, "zones/internet/store/sql/0032-mail.pg.sql");
static const struct db_migration migrations[] = {{1, "intake", intake_sql_0001, intake_pg_0001},
	{2, "publicity", intake_sql_0002, intake_pg_0002}, {3, "definition", intake_sql_0003, intake_pg_0003},
	{4, "submission", intake_sql_0004, intake_pg_0004},
	{5, "appointment", intake_sql_0005, intake_pg_0005},
	{6, "correction", intake_sql_0006, intake_pg_0006}, {7, "timeline", intake_sql_0007, intake_pg_0007},
	{15, "fee", intake_sql_0015, intake_pg_0015}, {16, "issued", intake_sql_0016, intake_pg_0016},
	{17, "person", intake_sql_0017, intake_pg_0017}, {18, "face", intake_sql_0018, intake_pg_0018},
	{20, "payment", intake_sql_0020, intake_pg_0020}, {21, "added", intake_sql_0021, intake_pg_0021},
	{22, "mandate", intake_sql_0022, intake_pg_0022}, {24, "message", intake_sql_0024, intake_pg_0024},
	{26, "answers", intake_sql_0026, intake_pg_0026}, {27, "withdrawal", intake_sql_0027, intake_pg_0027},
	{28, "batch", intake_sql_0028, intake_pg_0028}, {29, "visit", intake_sql_0029, intake_pg_0029},
	{30, "batch-port", intake_sql_0030, intake_pg_0030},
	{31, "delivery", intake_sql_0031, intake_pg_0031}, {32, "mail", intake_sql_0032, intake_pg_0032}};
const struct db_schema intake_schema = {"intake", migrations, sizeof migrations / sizeof migrations[0]};
