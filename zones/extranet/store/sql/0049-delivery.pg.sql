-- 领证方式 and 邮寄: how the paper of a case reaches its holder, and the parcels that carry it. Who receives it is sealed and is
-- removed ('') a configured time after the parcel has ended.
CREATE TABLE reg_delivery (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL,
	way TEXT NOT NULL CHECK (way IN ('electronic','window','post')),
	receiver TEXT NOT NULL,                            -- sealed canonical JSON {"address","name","phone"}; '' none
	chosen_by TEXT NOT NULL,                           -- 'portal', signed by a holder, or who entered it at the window
	chosen_at TEXT NOT NULL,
	PRIMARY KEY (tenant, case_id)
);
CREATE TABLE reg_mailing (
	tenant TEXT NOT NULL, id TEXT NOT NULL,            -- id: the number of the order at the carrier
	case_id TEXT NOT NULL, serials TEXT NOT NULL,      -- blanks in it, JSON
	state TEXT NOT NULL CHECK (state IN ('ordered','ready','posted','moving','delivered','returned','lost','kept','spoiled','cancelled')),
	receiver TEXT NOT NULL,                            -- as it was when it was ordered, sealed; '' removed
	carrier TEXT NOT NULL, waybill TEXT NOT NULL,      -- '' before it is ready
	events BIGINT NOT NULL,                            -- stations told so far
	who TEXT NOT NULL, at TEXT NOT NULL,               -- who ordered it; instant of the state
	note TEXT NOT NULL,                                -- how it was settled
	tries BIGINT NOT NULL, next_at BIGINT NOT NULL,    -- when the carrier is asked next
	error TEXT NOT NULL,                               -- of the last time it was asked; '' it answered
	PRIMARY KEY (tenant, id)
);
CREATE INDEX reg_mailing_case ON reg_mailing (tenant, case_id, id);
CREATE INDEX reg_mailing_due ON reg_mailing (tenant, next_at) WHERE state IN ('ordered','posted','moving');
CREATE INDEX reg_mailing_state ON reg_mailing (tenant, state, case_id);
CREATE INDEX reg_mailing_receiver ON reg_mailing (tenant, at) WHERE receiver <> '';
CREATE INDEX reg_delivery_receiver ON reg_delivery (tenant, way, case_id) WHERE receiver <> '';
CREATE UNIQUE INDEX reg_mailing_open ON reg_mailing (tenant, case_id) WHERE state IN ('ordered','ready','posted','moving','returned','lost');
CREATE UNIQUE INDEX reg_mailing_waybill ON reg_mailing (tenant, waybill) WHERE waybill <> '';
CREATE TABLE reg_mailing_event (
	tenant TEXT NOT NULL, mailing TEXT NOT NULL, n BIGINT NOT NULL,
	code TEXT NOT NULL, station TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, mailing, n)
);
CREATE TRIGGER reg_mailing_keep BEFORE UPDATE ON reg_mailing FOR EACH ROW WHEN ((NEW.tenant,NEW.id,NEW.case_id,NEW.serials,NEW.who) IS DISTINCT FROM (OLD.tenant,OLD.id,OLD.case_id,OLD.serials,OLD.who))
	EXECUTE FUNCTION db_refuse('what a parcel holds is never changed');
CREATE TRIGGER reg_mailing_gone BEFORE DELETE ON reg_mailing FOR EACH ROW EXECUTE FUNCTION db_refuse('parcels are kept');
CREATE TRIGGER reg_mailing_all BEFORE TRUNCATE ON reg_mailing FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('parcels are kept');
CREATE TRIGGER reg_mailing_event_keep BEFORE UPDATE ON reg_mailing_event FOR EACH ROW EXECUTE FUNCTION db_refuse('stations are never changed');
CREATE TRIGGER reg_mailing_event_gone BEFORE DELETE ON reg_mailing_event FOR EACH ROW EXECUTE FUNCTION db_refuse('stations are never changed');
CREATE TRIGGER reg_mailing_event_all BEFORE TRUNCATE ON reg_mailing_event FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('stations are never changed');
-- A blank may be with the carrier 交邮.
ALTER TABLE reg_blank DROP CONSTRAINT reg_blank_state_check;
ALTER TABLE reg_blank ADD CONSTRAINT reg_blank_state_check CHECK (state IN ('stock','printed','posted','handed','spoiled'));
DROP INDEX reg_blank_paper;
CREATE UNIQUE INDEX reg_blank_paper ON reg_blank (tenant, paper) WHERE state IN ('printed','posted','handed');
