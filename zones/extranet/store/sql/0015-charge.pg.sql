-- Registration fees 登记费: reckoned once a case, at its acceptance, by the fee table as it stood that day; what becomes of it is a row a step.
CREATE TABLE reg_charge (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL,
	number TEXT NOT NULL,                                    -- of the notice 缴费通知书; '' when nothing is due
	fees_version BIGINT NOT NULL CHECK (fees_version > 0),
	reckoned_on TEXT NOT NULL,
	pieces BIGINT NOT NULL CHECK (pieces > 0), copies BIGINT NOT NULL CHECK (copies > 0),
	dwelling BIGINT NOT NULL CHECK (dwelling IN (0, 1)),
	amount_cents BIGINT NOT NULL CHECK (amount_cents >= 0),
	lines TEXT NOT NULL,                                     -- [{"code","zh","en","basis","count","each_cents","relief",…,"amount_cents"}]
	reliefs TEXT NOT NULL,                                   -- [{"code","why","by"}]: reductions that were claimed and found proved
	PRIMARY KEY (tenant, case_id)
);
CREATE TABLE reg_charge_step (
	tenant TEXT NOT NULL, case_id TEXT NOT NULL, n BIGINT NOT NULL CHECK (n > 0),
	state TEXT NOT NULL CHECK (state IN ('free','due','asked','waived','paid','cancelled','refund','refunded')),
	at TEXT NOT NULL, who TEXT NOT NULL,
	reason TEXT NOT NULL,
	receipt TEXT NOT NULL,                                   -- of the payment or the refund; '' none
	PRIMARY KEY (tenant, case_id, n),
	FOREIGN KEY (tenant, case_id) REFERENCES reg_charge (tenant, case_id)
);
CREATE UNIQUE INDEX reg_charge_receipt ON reg_charge_step (tenant, receipt) WHERE receipt <> ''; -- one receipt pays once
CREATE TRIGGER reg_charge_fixed BEFORE UPDATE ON reg_charge FOR EACH ROW EXECUTE FUNCTION db_refuse('a fee is reckoned once');
CREATE TRIGGER reg_charge_keep BEFORE DELETE ON reg_charge FOR EACH ROW EXECUTE FUNCTION db_refuse('a fee is reckoned once');
CREATE TRIGGER reg_charge_all BEFORE TRUNCATE ON reg_charge FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('a fee is reckoned once');
CREATE TRIGGER reg_charge_step_fixed BEFORE UPDATE ON reg_charge_step FOR EACH ROW EXECUTE FUNCTION db_refuse('what was paid is kept');
CREATE TRIGGER reg_charge_step_keep BEFORE DELETE ON reg_charge_step FOR EACH ROW EXECUTE FUNCTION db_refuse('what was paid is kept');
CREATE TRIGGER reg_charge_step_all BEFORE TRUNCATE ON reg_charge_step FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('what was paid is kept');
