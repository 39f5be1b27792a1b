LIBS += intake-domain
intake-domain_SRC := zones/internet/domain/claims.c zones/internet/domain/form.c zones/internet/domain/limit.c
intake-domain_LIBS := base message workflow
UNITS += tests/unit/zones/internet/domain/test_claims.c tests/unit/zones/internet/domain/test_form.c tests/unit/zones/internet/domain/test_limit.c
UNIT_LIBS.tests/unit/zones/internet/domain/test_form.c := intake-domain
UNIT_LIBS.tests/unit/zones/internet/domain/test_claims.c := intake-domain
UNIT_LIBS.tests/unit/zones/internet/domain/test_limit.c := intake-domain
PROGS += intaked
intaked_SRC := zones/internet/main.c zones/internet/store/files.c zones/internet/store/sealed.c \
	zones/internet/store/definition.c zones/internet/store/fee.c zones/internet/store/invitation.c zones/internet/store/offer.c zones/internet/store/pieces.c zones/internet/store/receipt.c \
	zones/internet/store/amend.c zones/internet/store/application.c zones/internet/store/application_parts.c zones/internet/store/appointment.c \
	zones/internet/transfer/appointments.c \
	zones/internet/transfer/definitions.c zones/internet/transfer/oidc.c zones/internet/transfer/receipt.c zones/internet/transfer/receive.c zones/internet/transfer/seal.c zones/internet/transfer/submit.c \
	zones/internet/api/appointments.c zones/internet/api/applications.c zones/internet/api/articles.c zones/internet/api/feedback.c zones/internet/api/certificates.c zones/internet/api/invitations.c zones/internet/api/materials.c zones/internet/api/oidc_sign_in.c zones/internet/api/receipts.c \
	zones/internet/api/routes.c zones/internet/api/signing.c
intaked_SRC += zones/internet/store/issued.c zones/internet/api/documents.c
intaked_SRC += zones/internet/transfer/asking.c zones/internet/api/queries.c
intaked_LIBS := service workflow document intake-domain
intaked_PKG := libcurl
EMBEDDERS += zones/internet/store/application.c
EMBED.zones/internet/store/application.c := zones/internet/store/sql/0001-intake.sqlite.sql zones/internet/store/sql/0001-intake.pg.sql \
	zones/internet/store/sql/0002-publicity.sqlite.sql zones/internet/store/sql/0002-publicity.pg.sql \
	zones/internet/store/sql/0003-definition.sqlite.sql zones/internet/store/sql/0003-definition.pg.sql \
	zones/internet/store/sql/0004-submission.sqlite.sql zones/internet/store/sql/0004-submission.pg.sql \
	zones/internet/store/sql/0005-appointment.sqlite.sql zones/internet/store/sql/0005-appointment.pg.sql \
	zones/internet/store/sql/0006-correction.sqlite.sql zones/internet/store/sql/0006-correction.pg.sql \
	zones/internet/store/sql/0007-timeline.sqlite.sql zones/internet/store/sql/0007-timeline.pg.sql \
	zones/internet/store/sql/0015-fee.sqlite.sql zones/internet/store/sql/0015-fee.pg.sql \
	zones/internet/store/sql/0016-issued.sqlite.sql zones/internet/store/sql/0016-issued.pg.sql
