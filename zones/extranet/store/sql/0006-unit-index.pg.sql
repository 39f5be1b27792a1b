-- Shares are summed by right within a unit: an index that gives both, so that no entry reads another unit's holders.
DROP INDEX qlr_unit;
CREATE INDEX qlr_unit ON qlr (tenant, bdcdyh, qlbsm);
