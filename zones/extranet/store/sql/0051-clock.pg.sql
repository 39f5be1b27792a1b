-- The newest instant at which this zone's clock was right, and up to where an officer said that what is known does not count.
CREATE TABLE clock_known (
	one BIGINT PRIMARY KEY CHECK (one = 1), newest_ms BIGINT NOT NULL, settled_ms BIGINT NOT NULL
);
INSERT INTO clock_known VALUES (1, 0, 0);
