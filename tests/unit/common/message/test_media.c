/* What content is, whatever its name says; spatial data is found at any depth of archives. */
#include "common/crypto/envelope.h"
#include "common/message/media.h"
#include "common/message/media_spatial.h"
#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(s)                                                                                             \
	{                                                                                                    \
		.p = (const uint8_t *)(s), .n = sizeof(s) - 1                                                \
	}
#define PDF(inside) "%PDF-1.7\n" inside "\nstartxref\n9\n%%EOF\n"
#define GEOJSON "{\"type\":\"FeatureCollection\",\"features\":[]}"
#define KML "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"></kml>"

static const uint8_t png[] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3a\x7e\x9b\x55"
			     "\0\0\0\0IEND\xae\x42\x60\x82";
/* Eight by eight points. */
static const uint8_t jpeg[] = {0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01, 0x01,
	0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0xff, 0xdb, 0x00, 0x43, 0x00, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x08, 0x00, 0x08,
	0x01, 0x01, 0x11, 0x00, 0xff, 0xc4, 0x00, 0x14, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xc4, 0x00, 0x14, 0x10, 0x00, 0x01, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xda, 0x00,
	0x08, 0x01, 0x00, 0x00, 0x00, 0x3f, 0x00, 0x3f, 0xff, 0xd9};

static struct view copy_of(struct view v)
{
	uint8_t *p = malloc(v.n ? v.n : 1);
	assert_non_null(p);
	if (v.n)
		memcpy(p, v.p, v.n);
	return view_of(p, v.n);
}

/* Judged in a block of exactly its size, so that reading over its end is seen. */
static void expect(const char *what, struct view v, const char *type, const char *spatial)
{
	const char *found = "not set";
	struct view exact = copy_of(v);
	const char *t = media_type(exact, &found);
	if (type && strcmp(t, type) != 0)
		fail_msg("%s: is called %s", what, t);
	if (spatial ? !found || strcmp(found, spatial) != 0 : found != NULL)
		fail_msg("%s: spatial is %s", what, found ? found : "none");
	assert_ptr_equal(media_type(exact, NULL), t);
	free((void *)(uintptr_t)exact.p);
}

/* One archive of two entries in memory; the second is the one in question. */
static struct view packed(const char *format, const char *first, const char *name, struct view content)
{
	enum { SIZE = 1 << 20 };
	size_t used = 0;
	char *p = malloc(SIZE);
	struct archive *a = archive_write_new();
	assert_non_null(p);
	if (strcmp(format, "gzip") == 0) {
		archive_write_set_format_raw(a);
		archive_write_add_filter_gzip(a);
	} else if (strcmp(format, "tar.xz") == 0) {
		archive_write_set_format_ustar(a);
		archive_write_add_filter_xz(a);
	} else {
		assert_int_equal(archive_write_set_format_by_name(a, format), ARCHIVE_OK);
	}
	archive_write_set_bytes_in_last_block(a, 1);
	assert_int_equal(archive_write_open_memory(a, p, SIZE, &used), ARCHIVE_OK);
	for (int i = strcmp(format, "gzip") == 0; i < 2; i++) {
		struct archive_entry *e = archive_entry_new();
		archive_entry_set_pathname(e, i ? name : first);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0600);
		archive_entry_set_size(e, i ? (int64_t)content.n : 5);
		assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
		assert_true(
			archive_write_data(a, i ? (const void *)content.p : "first", i ? content.n : 5) >= 0);
		archive_entry_free(e);
	}
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	return view_of((const uint8_t *)p, used);
}

static void drop(struct view v)
{
	free((void *)(uintptr_t)v.p);
}

static void takes_the_four_materials(void **state)
{
	(void)state;
	struct view ofd = packed("zip", "OFD.xml", "Doc_0/Document.xml", view_str("<ofd:Document/>"));
	const struct {
		struct view v;
		const char *type;
	} cases[] = {
		{BYTES(PDF("")), "application/pdf"},
		{view_of(png, sizeof png - 1), "image/png"},
		{view_of(jpeg, sizeof jpeg), "image/jpeg"},
		{ofd, "application/ofd"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *type = NULL;
		struct err_note note = {0};
		expect(cases[i].type, cases[i].v, cases[i].type, NULL);
		if (media_check_material(cases[i].v, &type, &note) < 0)
			fail_msg("%s: %s", cases[i].type, note.text);
		assert_string_equal(type, cases[i].type);
	}
	drop(ofd);
}

static void refuses_what_only_looks_like_one(void **state)
{
	(void)state;
	uint8_t two[sizeof png + 1];
	memcpy(two, png, sizeof png - 1);
	memcpy(two + sizeof png - 1, "x", 2);
	const struct {
		const char *what;
		struct view v;
		const char *type;
	} cases[] = {
		{"empty", BYTES(""), "application/octet-stream"},
		{"PDF without an end", BYTES("%PDF-1.7\nhello"), "text/plain"},
		{"text named .pdf", BYTES("hello"), "text/plain"},
		{"PNG cut", {png, sizeof png - 5}, "application/octet-stream"},
		{"PNG's header", {png, 8}, "application/octet-stream"},
		{"PNG with a tail", {two, sizeof two - 1}, "application/octet-stream"},
		{"JPEG cut", {jpeg, sizeof jpeg - 3}, "application/octet-stream"},
		{"JPEG's header", {jpeg, 6}, "application/octet-stream"},
		{"program",
			BYTES("\x7f"
			      "ELF\2\1\1\0"),
			"application/x-executable"},
		{"JSON", BYTES("{\"a\":1}"), "application/json"},
		{"web page", BYTES("<html></html>"), "text/html"},
		{"drawing", BYTES("<svg onload='x'/>"), "image/svg+xml"},
		{"scan as TIFF", BYTES("II*\0\10\0\0\0"), "image/tiff"},
		{"zip cut", BYTES("PK\3\4"), "application/octet-stream"},
		{"gzip cut", BYTES("\x1f\x8b\x08"), "application/octet-stream"},
		{"XML of an OFD alone", BYTES("<ofd:OFD/>"), "text/plain"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *type = NULL;
		struct err_note note = {0};
		expect(cases[i].what, cases[i].v, cases[i].type, NULL);
		assert_int_equal(media_check_material(cases[i].v, &type, &note), ERR_MEDIA);
		assert_null(type);
		if (!strstr(note.text, cases[i].type))
			fail_msg("%s: the note says %s", cases[i].what, note.text);
	}
	struct view zip = packed("zip", "a.txt", "b.txt", view_str("b"));
	expect("zip of texts", zip, "application/zip", NULL);
	drop(zip);
	/* The document's root file stands in the root of the archive. */
	zip = packed("zip", "x/OFD.xml", "y/OFD.xml", view_str("b"));
	expect("zip with an OFD.xml deeper", zip, "application/zip", NULL);
	drop(zip);
	uint8_t envelope[64] = {0};
	for (size_t n = 0; n < sizeof envelope; n++)
		assert_false(envelope_is(view_of(envelope, n)));
}

static const struct {
	struct view v;
	const char *format;
} spatial[] = {
	{BYTES(GEOJSON), "GeoJSON"},
	{BYTES("\xef\xbb\xbf \r\n" GEOJSON), "GeoJSON"},
	{BYTES("{ \"type\" : \"Point\", \"coordinates\": [116.4, 39.9]}"), "GeoJSON"},
	{BYTES("[{\"type\":\"Feature\",\"geometry\":null}]"), "GeoJSON"},
	{BYTES("{\"type\":\"Topology\",\"arcs\":[]}"), "TopoJSON"},
	{BYTES("{\"rings\":[[]],\"spatialReference\":{\"wkid\":4490}}"), "Esri JSON"},
	{BYTES(KML), "KML"},
	{BYTES("<a xmlns:gml=\"http://www.opengis.net/gml/3.2\"/>"), "GML"},
	{BYTES("<gpx version=\"1.1\"/>"), "GPX"},
	{BYTES("  0\r\nSECTION\r\n  2\r\nHEADER\r\n"), "DXF"},
	{BYTES("999\r\nby hand\r\n0\r\nSECTION\r\n"), "DXF"},
	{BYTES("AutoCAD Binary DXF\r\n\x1a\0"), "DXF"},
	{BYTES("AC1032\0\0\0\0\0\0"), "DWG"},
	{BYTES("!table\n!version 300\n"), "MapInfo TAB"},
	{BYTES("Version 300\nDelimiter \",\"\nCoordSys Earth\n"), "MapInfo MIF"},
	{BYTES("EXP  0 /A.E00\n"), "ArcInfo E00"},
	{BYTES("HeadBegin\nDataMark:CNSDTF-VCT\n"), "VCT"},
	{BYTES("POLYGON((0 0,1 0,1 1,0 0))"), "WKT"},
	{BYTES("PROJCS[\"CGCS2000\"]"), "WKT"},
	{BYTES("LASF\0\0\0\0"), "LAS point cloud"},
	{BYTES("\x89HDF\r\n\x1a\n\0"), "HDF or netCDF grid"},
	{BYTES("fgb\x03"
	       "fgb\0"),
		"FlatGeobuf"},
	{BYTES("GP\0\1\0\0\0\0\0\0"), "GeoPackage geometry"},
	{BYTES("II+\0\x08\0\0\0"), "BigTIFF"},
	{BYTES("II*\0\x08\0\0\0\1\0\xaf\x87\3\0\4\0\0\0\0\0\0\0"), "GeoTIFF"},
	{BYTES("MM\0*\0\0\0\x08\0\1\x83\x0e\0\x0c\0\0\0\3\0\0\0\0"), "GeoTIFF"},
	{BYTES("\0\0\0\x0cjP  \r\n\x87\n<gml:FeatureCollection/>"), "JPEG 2000 with GML"},
	{BYTES(PDF("/VP [ << /Measure << /Type /Measure /Subtype /GEO /GPTS [0 0 1 1] >> >> ]")), "GeoPDF"},
	{BYTES(PDF("/LGIDict [ << >> ]")), "GeoPDF"},
};
#define NSPATIAL (sizeof spatial / sizeof spatial[0])

static void finds_every_format(void **state)
{
	(void)state;
	uint8_t shape[100] = {0, 0, 0x27, 0x0a}, sqlite[100] = "SQLite format 3";
	shape[28] = 0xe8;
	shape[29] = 3;
	expect("shapefile", view_of(shape, sizeof shape), "application/octet-stream", "shapefile");
	expect("SQLite", view_of(sqlite, sizeof sqlite), "application/octet-stream", "SQLite database");
	memcpy(sqlite + 68, "GPKG", 4);
	expect("GeoPackage", view_of(sqlite, sizeof sqlite), "application/octet-stream", "GeoPackage");
	for (size_t i = 0; i < NSPATIAL; i++) {
		const char *type = NULL;
		struct err_note note = {0};
		expect(spatial[i].format, spatial[i].v, NULL, spatial[i].format);
		assert_int_equal(media_check_material(spatial[i].v, &type, &note), ERR_SPATIAL);
		assert_null(type);
		assert_non_null(strstr(note.text, spatial[i].format));
	}
}

/* Every beginning of every sample is judged without reading over its end. */
static void cut_files_are_not_read_over(void **state)
{
	(void)state;
	for (size_t i = 0; i < NSPATIAL; i++)
		for (size_t n = 0; n < spatial[i].v.n; n++) {
			struct view part = copy_of(view_of(spatial[i].v.p, n));
			const char *format = NULL;
			assert_non_null(media_type(part, &format));
			drop(part);
		}
}

static void looks_into_archives(void **state)
{
	(void)state;
	static const char *const formats[] = {"zip", "7zip", "ustar", "tar.xz", "gzip"};
	for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++)
		for (size_t i = 0; i < NSPATIAL; i++) {
			struct view a = packed(formats[f], "OFD.xml", "photo.jpg", spatial[i].v);
			expect(formats[f], a, NULL, spatial[i].format);
			drop(a);
		}
}

/* Formats of several files are known by the names inside, in any case of letters. */
static void knows_names_inside_archives(void **state)
{
	(void)state;
	static const struct {
		const char *name, *format;
	} cases[] = {{"map/PARCEL.SHP", "shapefile"}, {"parcel.shx", "shapefile"},
		{"a.gdb/a00000001.gdbtable", "File Geodatabase"}, {"x.GDB/timestamps", "File Geodatabase"},
		{"a.mdb", "Personal Geodatabase"}, {"宗地.kml", "KML"}, {"a.tab", "MapInfo TAB"},
		{"a.las", "LAS point cloud"}, {"a.wp", "MapGIS"}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct view a = packed("zip", "readme.txt", cases[i].name, view_str("anything"));
		expect(cases[i].name, a, "application/zip", cases[i].format);
		drop(a);
	}
	static const char *const harmless[] = {"shp", "shape.shp.txt", "las", "atlas", "table.xml", "gdb"};
	for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
		assert_null(media_spatial_name(harmless[i]));
}

static void nesting_has_an_end(void **state)
{
	(void)state;
	struct view inner = packed("zip", "a", "b", view_str(GEOJSON));
	for (int depth = 2; depth <= 4; depth++) {
		struct view outer = packed("zip", "OFD.xml", "b", inner);
		expect("nested", outer, "application/ofd", "GeoJSON");
		drop(inner);
		inner = outer;
	}
	struct view deeper = packed("zip", "OFD.xml", "b", inner);
	const char *type = NULL;
	/* Not looked into any more, and therefore nothing that is taken. */
	expect("nested too deep", deeper, "application/octet-stream", NULL);
	assert_int_equal(media_check_material(deeper, &type, NULL), ERR_MEDIA);
	drop(inner);
	drop(deeper);
}

static void damaged_archives_are_not_taken(void **state)
{
	(void)state;
	const char *type = NULL;
	uint8_t noise[4096];
	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (uint8_t)(i * 2654435761u >> 7);
	struct view a = packed("zip", "OFD.xml", "b", view_of(noise, sizeof noise));
	assert_int_equal(media_check_material(a, &type, NULL), 0);
	uint8_t *p = (uint8_t *)(uintptr_t)a.p;
	p[a.n / 2] ^= 1;
	assert_int_equal(media_check_material(a, &type, NULL), ERR_MEDIA);
	p[a.n / 2] ^= 1;
	for (size_t n = 1; n < a.n; n += a.n / 37) {
		struct view cut = copy_of(view_of(a.p, n));
		const char *format = NULL;
		if (n < a.n / 2)
			assert_int_equal(media_check_material(cut, &type, NULL), ERR_MEDIA);
		else
			assert_non_null(media_type(cut, &format));
		drop(cut);
	}
	drop(a);
}

static void names_are_no_paths(void **state)
{
	static const char *const bad[] = {NULL, "", "a/b", "..\\a", "a\nb", "a\x7f"};
	char long_name[152];
	struct err_note note = {0};
	(void)state;
	assert_int_equal(media_name_check("房屋买卖合同 1.pdf", &note), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(media_name_check(bad[i], &note), ERR_SCHEMA);
	memset(long_name, 'x', sizeof long_name);
	long_name[151] = '\0';
	assert_int_equal(media_name_check(long_name, &note), ERR_SCHEMA);
	long_name[150] = '\0';
	assert_int_equal(media_name_check(long_name, &note), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_four_materials),
		cmocka_unit_test(refuses_what_only_looks_like_one),
		cmocka_unit_test(finds_every_format),
		cmocka_unit_test(cut_files_are_not_read_over),
		cmocka_unit_test(looks_into_archives),
		cmocka_unit_test(knows_names_inside_archives),
		cmocka_unit_test(nesting_has_an_end),
		cmocka_unit_test(damaged_archives_are_not_taken),
		cmocka_unit_test(names_are_no_paths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
