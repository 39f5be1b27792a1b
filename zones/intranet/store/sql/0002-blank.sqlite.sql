-- Blank discs 空白盘 as the extranet numbered them; burner's ledger takes them in from here.
CREATE TABLE blank_told (
	tenant TEXT NOT NULL, serial TEXT NOT NULL, label TEXT NOT NULL, mark TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('blank','scrap')), -- newest that was told
	taken TEXT NOT NULL DEFAULT '',                    -- state that the ledger has
	PRIMARY KEY (tenant, serial)
) STRICT;
CREATE INDEX blank_told_open ON blank_told (tenant) WHERE taken <> state;
