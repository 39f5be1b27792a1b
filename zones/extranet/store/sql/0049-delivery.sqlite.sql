-- 领证方式 and 邮寄: how the paper of a case reaches its holder, and the parcels that carry it. Who receives it is sealed and is
-- removed ('') a configured time after the parcel has ended.
CREATE TABLE reg_delivery (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL,
	way TEXT NOT NULL CHECK (way IN ('electronic','window','post')),
	receiver TEXT NOT NULL,                            -- sealed canonical JSON {"address","name","phone"}; '' none
	chosen_by TEXT NOT NULL,                           -- 'portal', signed by a holder, or who entered it at the window
	chosen_at TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id)
) STRICT;
CREATE TABLE reg_mailing (
	tenant TEXT NOT NULL, id TEXT NOT NULL,            -- id: the number of the order at the carrier
	case_id TEXT NOT NULL, serials TEXT NOT NULL,      -- blanks in it, JSON
	state TEXT NOT NULL CHECK (state IN ('ordered','ready','posted','moving','delivered','returned','lost','kept','spoiled','cancelled')),
	receiver TEXT NOT NULL,                            -- as it was when it was ordered, sealed; '' removed
	carrier TEXT NOT NULL, waybill TEXT NOT NULL,      -- '' before it is ready
	events INTEGER NOT NULL,                           -- stations told so far
	who TEXT NOT NULL, at TEXT NOT NULL,               -- who ordered it; instant of the state
	note TEXT NOT NULL,                                -- how it was settled
	tries INTEGER NOT NULL, next_at INTEGER NOT NULL,  -- when the carrier is asked next
	error TEXT NOT NULL,                               -- of the last time it was asked; '' it answered
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX reg_mailing_case ON reg_mailing (tenant, case_id, id);
CREATE INDEX reg_mailing_due ON reg_mailing (tenant, next_at) WHERE state IN ('ordered','posted','moving');
CREATE INDEX reg_mailing_state ON reg_mailing (tenant, state, case_id);
CREATE INDEX reg_mailing_receiver ON reg_mailing (tenant, at) WHERE receiver <> '';
CREATE INDEX reg_delivery_receiver ON reg_delivery (tenant, way, case_id) WHERE receiver <> '';
CREATE UNIQUE INDEX reg_mailing_open ON reg_mailing (tenant, case_id) WHERE state IN ('ordered','ready','posted','moving','returned','lost');
CREATE UNIQUE INDEX reg_mailing_waybill ON reg_mailing (tenant, waybill) WHERE waybill <> '';
CREATE TABLE reg_mailing_event (
	tenant TEXT NOT NULL, mailing TEXT NOT NULL, n INTEGER NOT NULL,
	code TEXT NOT NULL, station TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, mailing, n)
) STRICT;
CREATE TRIGGER reg_mailing_keep BEFORE UPDATE ON reg_mailing WHEN (NEW.tenant,NEW.id,NEW.case_id,NEW.serials,NEW.who) IS NOT (OLD.tenant,OLD.id,OLD.case_id,OLD.serials,OLD.who)
	BEGIN SELECT RAISE(ABORT, 'what a parcel holds is never changed'); END;
CREATE TRIGGER reg_mailing_gone BEFORE DELETE ON reg_mailing BEGIN SELECT RAISE(ABORT, 'parcels are kept'); END;
CREATE TRIGGER reg_mailing_event_keep BEFORE UPDATE ON reg_mailing_event BEGIN SELECT RAISE(ABORT, 'stations are never changed'); END;
CREATE TRIGGER reg_mailing_event_gone BEFORE DELETE ON reg_mailing_event BEGIN SELECT RAISE(ABORT, 'stations are never changed'); END;
-- A blank may be with the carrier 交邮.
DROP INDEX reg_blank_state;
DROP INDEX reg_blank_paper;
ALTER TABLE reg_blank RENAME TO reg_blank_before;
CREATE TABLE reg_blank (
	tenant TEXT NOT NULL, serial TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('title','proof')),
	state TEXT NOT NULL CHECK (state IN ('stock','printed','posted','handed','spoiled')),
	paper TEXT NOT NULL,                               -- number of the certificate printed on it; '' in stock
	moves INTEGER NOT NULL,
	PRIMARY KEY (tenant, serial)
) STRICT;
INSERT INTO reg_blank SELECT tenant, serial, kind, state, paper, moves FROM reg_blank_before;
DROP TABLE reg_blank_before;
CREATE INDEX reg_blank_state ON reg_blank (tenant, state, kind, serial);
CREATE UNIQUE INDEX reg_blank_paper ON reg_blank (tenant, paper) WHERE state IN ('printed','posted','handed');
CREATE TRIGGER reg_blank_keep BEFORE UPDATE ON reg_blank WHEN (NEW.tenant,NEW.serial,NEW.kind) IS NOT (OLD.tenant,OLD.serial,OLD.kind)
	BEGIN SELECT RAISE(ABORT, 'blanks are never renamed'); END;
CREATE TRIGGER reg_blank_gone BEFORE DELETE ON reg_blank BEGIN SELECT RAISE(ABORT, 'blanks are never renamed'); END;
