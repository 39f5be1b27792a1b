-- 领证方式: the way that counts at the registry, the newest one that was sent there, and where the parcel is. Of who receives it only masks stand here.
CREATE TABLE delivery (
	tenant TEXT NOT NULL, application TEXT NOT NULL,
	way TEXT NOT NULL,                                 -- that counts, as the registry told; '' none
	asked TEXT NOT NULL,                               -- that was sent last; '' none from here
	state TEXT NOT NULL CHECK (state IN ('','sent','taken','refused')), -- of what was sent
	name TEXT NOT NULL, phone TEXT NOT NULL, address TEXT NOT NULL,     -- masked
	message TEXT NOT NULL,                             -- that carried it
	reason TEXT NOT NULL,                              -- of the registry's refusal
	at TEXT NOT NULL,
	PRIMARY KEY (tenant, application)
);
CREATE INDEX delivery_message ON delivery (tenant, message) WHERE message <> '';
CREATE TABLE delivery_event (
	tenant TEXT NOT NULL, application TEXT NOT NULL, n BIGINT NOT NULL,
	state TEXT NOT NULL, way TEXT NOT NULL, carrier TEXT NOT NULL, waybill TEXT NOT NULL, station TEXT NOT NULL, at TEXT NOT NULL,
	PRIMARY KEY (tenant, application, n)
);
