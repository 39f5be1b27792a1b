-- Appointments 预约 as the portal knows them: the hours the office offers, and what was asked for. The office decides.
CREATE TABLE appointment_hour (
	tenant TEXT NOT NULL, day TEXT NOT NULL, start TEXT NOT NULL, finish TEXT NOT NULL,
	quota BIGINT NOT NULL, free BIGINT NOT NULL,
	PRIMARY KEY (tenant, day, start)
);
CREATE TABLE appointment (
	tenant TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, business TEXT NOT NULL,
	day TEXT NOT NULL, start TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('requested','booked','refused','cancelling','cancelled','attended','absent')),
	number TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
);
CREATE INDEX appointment_owner ON appointment (tenant, owner);
