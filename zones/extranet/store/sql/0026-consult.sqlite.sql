-- Messages to the national platform of one case, for its page.
CREATE INDEX jrbw_case ON jrbw (tenant, ywh);
