-- Order keys that are not used any more are closed and forgotten on both ends (README.md, rule 8).
-- round: the one in which the last number was given.
ALTER TABLE order_last ADD COLUMN round BIGINT NOT NULL DEFAULT 0;
-- No key that is not known goes on at or below key_floor in this epoch. The rest is struct closing.
ALTER TABLE link_out ADD COLUMN key_floor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN key_round BIGINT NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN key_ripe BIGINT NOT NULL DEFAULT -1;
ALTER TABLE link_out ADD COLUMN round_newest BIGINT NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN round_epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN round_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN round_began_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN round_hurry BIGINT NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN held_epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE link_out ADD COLUMN held_seq BIGINT NOT NULL DEFAULT 0;
-- The number that the message itself has on the key.
ALTER TABLE inbox_wait ADD COLUMN n BIGINT NOT NULL DEFAULT 1;
UPDATE inbox_wait SET n = after_n + 1 WHERE after_epoch = epoch;
