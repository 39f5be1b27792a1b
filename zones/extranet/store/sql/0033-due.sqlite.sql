-- Pre-notices by the day from which their 90 days run: what lapses is found without reading those in force.
CREATE INDEX ygdj_lapse ON ygdj (tenant, kdjrq) WHERE yxq_z IS NULL AND kdjrq <> '';
