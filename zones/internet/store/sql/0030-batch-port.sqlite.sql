-- 集中申请端口: whose port for batches is closed, why, by whom. No row: open. Closing and opening stand in the audit log.
CREATE TABLE batch_port (
	tenant TEXT NOT NULL, owner TEXT NOT NULL,         -- the agent's account
	at TEXT NOT NULL, by_login TEXT NOT NULL, reason TEXT NOT NULL,
	PRIMARY KEY (tenant, owner)
) STRICT;
