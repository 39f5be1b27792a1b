-- Appointments 预约: hours with their quota, and who has one. One pool for the portal and the window.
CREATE TABLE appointment_slot (
	tenant TEXT NOT NULL, day TEXT NOT NULL, start TEXT NOT NULL, finish TEXT NOT NULL,
	quota INTEGER NOT NULL CHECK (quota BETWEEN 0 AND 500),
	edited_by TEXT NOT NULL, edited_at TEXT NOT NULL,
	PRIMARY KEY (tenant, day, start), CHECK (finish > start)
) STRICT;
CREATE TABLE appointment (
	tenant TEXT NOT NULL, id TEXT NOT NULL, number TEXT NOT NULL,
	day TEXT NOT NULL, start TEXT NOT NULL,
	business TEXT NOT NULL,
	source TEXT NOT NULL CHECK (source IN ('portal','window')),
	name_mask TEXT NOT NULL,
	id_number TEXT NOT NULL,                                 -- sealed
	id_mask TEXT NOT NULL,
	id_index TEXT NOT NULL,                                  -- blind index
	state TEXT NOT NULL CHECK (state IN ('booked','cancelled','attended','absent')),
	booked_at TEXT NOT NULL, changed_at TEXT NOT NULL, changed_by TEXT NOT NULL,
	PRIMARY KEY (tenant, id), UNIQUE (tenant, number),
	FOREIGN KEY (tenant, day, start) REFERENCES appointment_slot (tenant, day, start)
) STRICT;
CREATE INDEX appointment_hour ON appointment (tenant, day, start);
CREATE UNIQUE INDEX appointment_day ON appointment (tenant, id_index, day) WHERE state = 'booked'; -- one a day
