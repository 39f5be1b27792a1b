-- 分割、合并: what a case does to the cadastre, and the parcels that ended. A code is never used a second time.
ALTER TABLE task ADD COLUMN change TEXT NOT NULL DEFAULT 'new' CHECK (change IN ('new','keep','replace'));
ALTER TABLE task ADD COLUMN parcels TEXT NOT NULL DEFAULT '[]'; -- [{"code","area_cm2"}] that the file is to have
ALTER TABLE task ADD COLUMN ends TEXT NOT NULL DEFAULT '[]';    -- codes of those whose place they take
UPDATE task SET parcels = json_build_array(json_build_object('code', parcel_code, 'area_cm2', claimed_cm2))::text;
CREATE TABLE parcel_past (                             -- 历史宗地
	fid BIGINT PRIMARY KEY,
	tenant TEXT NOT NULL, code TEXT NOT NULL,
	geom BYTEA NOT NULL, area_cm2 BIGINT NOT NULL, source TEXT NOT NULL, valid_from TEXT NOT NULL,
	valid_to TEXT NOT NULL, ended_by TEXT NOT NULL,    -- case number
	UNIQUE (tenant, code)
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('parcel_past', 'features', '历史宗地 past parcel', 4527);
INSERT INTO gpkg_geometry_columns VALUES ('parcel_past', 'geom', 'POLYGON', 4527, 0, 0);
CREATE TRIGGER parcel_past_keep BEFORE DELETE ON parcel_past FOR EACH ROW EXECUTE FUNCTION db_refuse('past parcels are append-only');
CREATE TRIGGER parcel_past_fix BEFORE UPDATE ON parcel_past FOR EACH ROW EXECUTE FUNCTION db_refuse('past parcels are append-only');
CREATE TRIGGER parcel_past_all BEFORE TRUNCATE ON parcel_past FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('past parcels are append-only');
