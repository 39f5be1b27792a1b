-- Every number that an entry drew has its certificate: found by the entry, and by the case.
CREATE INDEX zsbh_entry ON zsbh (tenant, ywh);
CREATE INDEX bdcqzs_case ON bdcqzs (tenant, case_id);
