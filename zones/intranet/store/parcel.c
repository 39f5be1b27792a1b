#include "zones/intranet/store/parcel.h"

#include "common/base/embed.h"

EMBED(cad_sql_0001, "zones/intranet/store/sql/0001-cadastre.sqlite.sql");
EMBED(cad_pg_0001, "zones/intranet/store/sql/0001-cadastre.pg.sql");
EMBED(cad_sql_0002, "zones/intranet/store/sql/0002-blank.sqlite.sql");
EMBED(cad_pg_0002, "zones/intranet/store/sql/0002-blank.pg.sql");
EMBED(cad_sql_0003, "zones/intranet/store/sql/0003-split.sqlite.sql");
EMBED(cad_pg_0003, "zones/intranet/store/sql/0003-split.pg.sql");
EMBED(cad_sql_0004, "zones/intranet/store/sql/0004-ended.sqlite.sql");
EMBED(cad_pg_0004, "zones/intranet/store/sql/0004-ended.pg.sql");
static const struct db_migration migrations[] = {
	{1, "cadastre", cad_sql_0001, cad_pg_0001},
	{2, "blank", cad_sql_0002, cad_pg_0002},
	{3, "split", cad_sql_0003, cad_pg_0003},
	{4, "ended", cad_sql_0004, cad_pg_0004},
};
const struct db_schema cadastre_schema = {"cadastre", migrations, sizeof migrations / sizeof migrations[0]};

DB_STMT(parcel_insert_row, "INSERT INTO parcel (tenant, code, geom, area_cm2, source, valid_from)"
			   " VALUES (:tenant, :code, :geom, :area, :source, :at) RETURNING fid");
DB_STMT(parcel_insert_box, "INSERT INTO rtree_parcel_geom (id, minx, maxx, miny, maxy) VALUES (:fid, :minx, "
			   ":maxx, :miny, :maxy)");
DB_STMT(parcel_count, "SELECT (SELECT count(*) FROM parcel WHERE tenant = :tenant AND code = :code) + "
		      "(SELECT count(*) FROM "
		      "parcel_past WHERE tenant = :tenant AND code = :code)");
DB_STMT(parcel_select, "SELECT geom FROM parcel WHERE tenant = :tenant AND code = :code");
DB_STMT(parcel_past_insert,
	"INSERT INTO parcel_past (fid, tenant, code, geom, area_cm2, source, valid_from, valid_to, ended_by) "
	"SELECT fid, tenant, code, geom, area_cm2, source, valid_from, :at, :by FROM parcel WHERE tenant = "
	":tenant AND code = :code");
DB_STMT(parcel_delete_box, "DELETE FROM rtree_parcel_geom WHERE id IN (SELECT fid FROM parcel WHERE tenant = "
			   ":tenant AND code = :code)");
DB_STMT(parcel_delete, "DELETE FROM parcel WHERE tenant = :tenant AND code = :code");
DB_STMT(parcel_select_near,
	"SELECT p.code, p.geom FROM rtree_parcel_geom r JOIN parcel p ON p.fid = r.id WHERE p.tenant = "
	":tenant"
	" AND r.maxx >= :minx AND r.minx <= :maxx AND r.maxy >= :miny AND r.miny <= :maxy ORDER BY p.code");
DB_STMT(building_insert,
	"INSERT INTO building (tenant, code, geom, floors) VALUES (:tenant, :code, :geom, :floors)");
DB_STMT(division_insert, "INSERT INTO division (tenant, geom) VALUES (:tenant, :geom)");
DB_STMT(division_select, "SELECT geom FROM division WHERE tenant = :tenant");

#define GEOM_MAX (1 << 20)

int parcel_insert(struct db_tx *tx, const char *code, const struct geometry *g, const char *source)
{
	struct buf blob;
	char at[TIME_TEXT];
	int64_t fid;
	struct geometry_box b = geometry_box(g);
	time_text(time_now_ms(), at);
	buf_init(&blob, GEOM_MAX);
	int rc = geometry_to_gpkg(g, &blob);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &parcel_insert_row);
		db_bind_text(q, "code", code);
		db_bind_blob(q, "geom", buf_view(&blob));
		db_bind_int(q, "area", geometry_area_cm2(g));
		db_bind_text(q, "source", source);
		db_bind_text(q, "at", at);
		rc = db_one_int(q, &fid);
	}
	if (rc == 0) {
		struct db_query *q = db_query(tx, &parcel_insert_box);
		db_bind_int(q, "fid", fid);
		db_bind_real(q, "minx", b.minx);
		db_bind_real(q, "maxx", b.maxx);
		db_bind_real(q, "miny", b.miny);
		db_bind_real(q, "maxy", b.maxy);
		rc = db_exec(q);
	}
	buf_fini(&blob);
	return rc;
}

static int of_code(struct db_tx *tx, const struct db_stmt *s, const char *code)
{
	struct db_query *q = db_query(tx, s);
	db_bind_text(q, "code", code);
	return db_exec(q);
}

int parcel_end(struct db_tx *tx, const char *code, const char *by)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &parcel_past_insert);
	db_bind_text(q, "at", at);
	db_bind_text(q, "by", by);
	db_bind_text(q, "code", code);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) == 0)
		rc = ERR_NOTFOUND;
	if (rc == 0)
		rc = of_code(tx, &parcel_delete_box, code);
	return rc == 0 ? of_code(tx, &parcel_delete, code) : rc;
}

/* The first column of the row, which is the only one. */
static int one_geometry(struct db_query *q, struct geometry **out)
{
	int rc = db_found(db_step(q));
	if (rc == 0)
		rc = geometry_from_gpkg(db_blob(q, 0), out);
	db_done(q);
	return rc;
}

int parcel_get(struct db_tx *tx, const char *code, struct geometry **out)
{
	struct db_query *q = db_query(tx, &parcel_select);
	db_bind_text(q, "code", code);
	return one_geometry(q, out);
}

int parcel_exists(struct db_tx *tx, const char *code, bool *out)
{
	int64_t n;
	struct db_query *q = db_query(tx, &parcel_count);
	db_bind_text(q, "code", code);
	int rc = db_one_int(q, &n);
	if (rc == 0)
		*out = n > 0;
	return rc;
}

int parcel_near(struct db_tx *tx, struct geometry_box box, parcel_each *each, void *arg)
{
	struct db_query *q = db_query(tx, &parcel_select_near);
	db_bind_real(q, "minx", box.minx);
	db_bind_real(q, "maxx", box.maxx);
	db_bind_real(q, "miny", box.miny);
	db_bind_real(q, "maxy", box.maxy);
	int rc;
	while ((rc = db_step(q)) == 1) {
		struct geometry *g = NULL;
		rc = geometry_from_gpkg(db_blob(q, 1), &g);
		if (rc == 0)
			rc = each(arg, db_text(q, 0), g);
		geometry_free(g);
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc;
}

int parcel_add_building(struct db_tx *tx, const char *code, const struct geometry *g, int64_t floors)
{
	struct buf blob;
	buf_init(&blob, GEOM_MAX);
	int rc = geometry_to_gpkg(g, &blob);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &building_insert);
		db_bind_text(q, "code", code);
		db_bind_blob(q, "geom", buf_view(&blob));
		db_bind_int(q, "floors", floors);
		rc = db_exec(q);
	}
	buf_fini(&blob);
	return rc;
}

int parcel_set_division(struct db_tx *tx, const struct geometry *g)
{
	struct buf blob;
	buf_init(&blob, GEOM_MAX);
	int rc = geometry_to_gpkg(g, &blob);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &division_insert);
		db_bind_blob(q, "geom", buf_view(&blob));
		rc = db_exec(q);
	}
	buf_fini(&blob);
	return rc;
}

int parcel_division(struct db_tx *tx, struct geometry **out)
{
	return one_geometry(db_query(tx, &division_select), out);
}
