#include "common/message/media_spatial.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool begins(struct view v, const char *magic, size_t n)
{
	return v.n >= n && memcmp(v.p, magic, n) == 0;
}

static bool holds(struct view v, const char *text)
{
	return v.n && memmem(v.p, v.n, text, strlen(text)) != NULL;
}

/* Text formats are judged by their first 64 KiB without leading white space and byte order mark. */
static struct view text_head(struct view v)
{
	if (begins(v, "\xef\xbb\xbf", 3))
		v = view_of(v.p + 3, v.n - 3);
	while (v.n && isspace(v.p[0]))
		v = view_of(v.p + 1, v.n - 1);
	return view_of(v.p, v.n < 65536 ? v.n : 65536);
}

static const char *text_format(struct view v)
{
	struct view t = text_head(v);
	if (t.n == 0)
		return NULL;
	if (t.p[0] == '{' || t.p[0] == '[') {
		if (holds(t, "\"FeatureCollection\"") || holds(t, "\"Feature\"") ||
			(holds(t, "\"coordinates\"") && holds(t, "\"type\"")))
			return "GeoJSON";
		if (holds(t, "\"Topology\"") && holds(t, "\"arcs\""))
			return "TopoJSON";
		if (holds(t, "\"rings\"") && holds(t, "\"spatialReference\""))
			return "Esri JSON";
		return NULL;
	}
	if (t.p[0] == '<') {
		if (holds(t, "opengis.net/kml") || holds(t, "<kml"))
			return "KML";
		if (holds(t, "opengis.net/gml") || holds(t, "<gml:"))
			return "GML";
		if (holds(t, "<gpx"))
			return "GPX";
		return NULL;
	}
	if (begins(t, "0", 1) && holds(view_of(t.p, t.n < 512 ? t.n : 512), "SECTION") && holds(t, "HEADER"))
		return "DXF";
	if (begins(t, "999", 3) && holds(t, "SECTION"))
		return "DXF";
	if (begins(t, "!table", 6))
		return "MapInfo TAB";
	if ((begins(t, "Version", 7) || begins(t, "VERSION", 7)) && holds(t, "Delimiter") &&
		(holds(t, "CoordSys") || holds(t, "Columns")))
		return "MapInfo MIF";
	if (begins(t, "EXP  0", 6))
		return "ArcInfo E00";
	if (begins(t, "HeadBegin", 9) || holds(view_of(t.p, t.n < 256 ? t.n : 256), "DataMark"))
		return "VCT";
	static const char *const wkt[] = {
		"POLYGON", "MULTIPOLYGON", "LINESTRING", "PROJCS[", "GEOGCS[", "PROJCRS["};
	for (size_t i = 0; i < sizeof wkt / sizeof wkt[0]; i++)
		if (t.n > strlen(wkt[i]) && strncasecmp((const char *)t.p, wkt[i], strlen(wkt[i])) == 0)
			return "WKT";
	return NULL;
}

static uint32_t get(struct view v, size_t at, size_t n, bool big)
{
	uint32_t x = 0;
	for (size_t i = 0; i < n && at + i < v.n; i++)
		x |= (uint32_t)v.p[at + i] << (8 * (big ? n - 1 - i : i));
	return x;
}

/* Tags of the first directory: GeoKeyDirectory 34735, ModelPixelScale 33550, ModelTiepoint 33922. */
static bool tiff_is_geo(struct view v)
{
	bool big = v.p[0] == 'M';
	uint32_t dir = get(v, 4, 4, big), n = dir < v.n ? get(v, dir, 2, big) : 0;
	for (uint32_t i = 0; i < n && i < 4096; i++) {
		uint32_t tag = get(v, (size_t)dir + 2 + 12 * (size_t)i, 2, big);
		if (tag == 34735 || tag == 33550 || tag == 33922 || tag == 34264)
			return true;
	}
	return false;
}

const char *media_spatial(struct view v)
{
	if (begins(v, "\x00\x00\x27\x0a", 4) && v.n >= 100 && get(v, 28, 4, false) == 1000)
		return "shapefile";
	if (begins(v, "SQLite format 3", 16))
		return v.n >= 72 && memcmp(v.p + 68, "GPKG", 4) == 0 ? "GeoPackage" : "SQLite database";
	if (begins(v, "AC10", 4))
		return "DWG";
	if (begins(v, "AutoCAD Binary DXF", 18))
		return "DXF";
	if ((begins(v, "II*\0", 4) || begins(v, "MM\0*", 4)) && v.n > 8 && tiff_is_geo(v))
		return "GeoTIFF";
	if (begins(v, "II+\0", 4) || begins(v, "MM\0+", 4))
		return "BigTIFF";
	if (begins(v, "LASF", 4))
		return "LAS point cloud";
	if (begins(v, "\x89HDF\r\n\x1a\n", 8) || begins(v, "CDF\x01", 4) || begins(v, "CDF\x02", 4))
		return "HDF or netCDF grid";
	if (begins(v, "fgb\x03", 4))
		return "FlatGeobuf";
	if (begins(v, "GP\0", 3) && v.n > 8)
		return "GeoPackage geometry";
	if (begins(v, "\0\0\0\x0cjP  ", 8) && holds(view_of(v.p, v.n < (1 << 20) ? v.n : 1 << 20), "gml"))
		return "JPEG 2000 with GML";
	if (begins(v, "%PDF-", 5) && (holds(v, "/LGIDict") || (holds(v, "/Measure") && holds(v, "/GPTS"))))
		return "GeoPDF";
	return text_format(v);
}

const char *media_spatial_name(const char *name)
{
	static const struct {
		const char *ending, *format;
	} endings[] = {{".shp", "shapefile"}, {".shx", "shapefile"}, {".gpkg", "GeoPackage"},
		{".gdbtable", "File Geodatabase"}, {".gdbtablx", "File Geodatabase"},
		{".mdb", "Personal Geodatabase"}, {".dwg", "DWG"}, {".dxf", "DXF"}, {".kml", "KML"},
		{".kmz", "KMZ"}, {".gml", "GML"}, {".geojson", "GeoJSON"}, {".mif", "MapInfo MIF"},
		{".tab", "MapInfo TAB"}, {".e00", "ArcInfo E00"}, {".vct", "VCT"}, {".wl", "MapGIS"},
		{".wp", "MapGIS"}, {".wt", "MapGIS"}, {".las", "LAS point cloud"},
		{".laz", "LAS point cloud"}, {".gpx", "GPX"}, {".adf", "ArcInfo grid"},
		{".ovr", "raster pyramid"}, {".img", "Erdas Imagine"}, {".prj", "shapefile"},
		{".tfw", "world file"}, {".jgw", "world file"}, {".pgw", "world file"},
		{".mbtiles", "map tiles"}, {".dgn", "DGN"}, {".sid", "MrSID"}, {".ecw", "ECW"},
		{".qgs", "QGIS project"}, {".qgz", "QGIS project"}, {".mxd", "ArcMap document"}};
	size_t n = strlen(name);
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t k = strlen(endings[i].ending);
		if (n >= k && strcasecmp(name + n - k, endings[i].ending) == 0)
			return endings[i].format;
	}
	return strcasestr(name, ".gdb/") ? "File Geodatabase" : NULL;
}
