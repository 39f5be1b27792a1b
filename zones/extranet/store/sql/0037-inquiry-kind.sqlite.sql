-- How often a kind of question was asked lately, by whomever.
CREATE INDEX reg_inquiry_kind ON reg_inquiry (tenant, kind, at_ms);
