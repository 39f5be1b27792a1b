-- The cadastre 地籍 as a GeoPackage 1.3 (OGC 12-128r17) inside cadastred's database, the review tasks, and the copy of the register.
CREATE TABLE gpkg_spatial_ref_sys (
	srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
	organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT
);
CREATE TABLE gpkg_contents (
	table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
	last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
	min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
	table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
	z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name)
);
CREATE TABLE gpkg_extensions (
	table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
	UNIQUE (table_name, column_name, extension_name)
);
INSERT INTO gpkg_spatial_ref_sys VALUES
	('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
	('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
	('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]', NULL),
	('CGCS2000 / 3-degree Gauss-Kruger zone 39', 4527, 'EPSG', 4527,
	 'PROJCS["CGCS2000 / 3-degree Gauss-Kruger zone 39",GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",117],PARAMETER["scale_factor",1],PARAMETER["false_easting",39500000],PARAMETER["false_northing",0],UNIT["metre",1],AUTHORITY["EPSG","4527"]]', NULL);

CREATE TABLE parcel (                                  -- 宗地
	fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
	tenant TEXT NOT NULL, code TEXT NOT NULL,          -- 宗地代码, 19 characters
	geom BLOB NOT NULL, area_cm2 INTEGER NOT NULL, source TEXT NOT NULL, valid_from TEXT NOT NULL,
	UNIQUE (tenant, code)
);
CREATE TABLE building (                                -- 自然幢
	fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
	tenant TEXT NOT NULL, code TEXT NOT NULL,          -- 宗地代码 + F + 幢号
	geom BLOB NOT NULL, floors INTEGER NOT NULL,
	UNIQUE (tenant, code)
);
CREATE TABLE division (                                -- 行政区界线
	fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
	tenant TEXT NOT NULL UNIQUE, geom BLOB NOT NULL
);
CREATE VIRTUAL TABLE rtree_parcel_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES
	('parcel', 'features', '宗地 parcel', 4527), ('building', 'features', '自然幢 building', 4527), ('division', 'features', '行政区 division', 4527);
INSERT INTO gpkg_geometry_columns VALUES ('parcel', 'geom', 'POLYGON', 4527, 0, 0), ('building', 'geom', 'POLYGON', 4527, 0, 0), ('division', 'geom', 'POLYGON', 4527, 0, 0);
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;

CREATE TABLE task (                                    -- 权籍审核 of submitted graphics
	tenant TEXT NOT NULL, id TEXT NOT NULL,            -- application
	case_number TEXT NOT NULL, unit_code TEXT NOT NULL, parcel_code TEXT NOT NULL, claimed_cm2 INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('received','reviewed','passed','failed')),
	version INTEGER NOT NULL, received_at TEXT NOT NULL,
	name TEXT NOT NULL, size INTEGER NOT NULL, digest BLOB NOT NULL, blob BLOB NOT NULL, -- envelope for this zone
	verdict TEXT NOT NULL DEFAULT '', opinion TEXT NOT NULL DEFAULT '', reviewer TEXT NOT NULL DEFAULT '',
	approver TEXT NOT NULL DEFAULT '', approval TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (tenant, id)
) STRICT;

CREATE TABLE book_row (                                -- copy of the register book and its log, row by row
	tenant TEXT NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL,
	row TEXT NOT NULL,                                 -- sealed canonical JSON
	entry TEXT NOT NULL,                               -- business number that brought this version
	PRIMARY KEY (tenant, tbl, key)
) STRICT;
CREATE INDEX book_row_unit ON book_row (tenant, unit);
CREATE TRIGGER book_row_keep BEFORE DELETE ON book_row BEGIN SELECT RAISE(ABORT, 'the copy of the book is append-only'); END;
