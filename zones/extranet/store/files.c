/* Rows of this zone that name stored files, for the sweep that reads them all. */
#include "zones/extranet/store/files.h"

DB_STMT_CROSS(material_files,
	"SELECT m.tenant, m.case_id, m.n, c.number, m.size, m.digest, m.blob, m.blob_key FROM reg_material m "
	"JOIN reg_case c ON c.tenant = m.tenant AND c.id = m.case_id WHERE (m.tenant, m.case_id, m.n) > (:a, "
	":b, :c) ORDER BY m.tenant, m.case_id, m.n LIMIT :max");
DB_STMT_CROSS(upload_files, "SELECT tenant, id, '', id, size, digest, blob, blob_key FROM reg_upload WHERE "
			    "(tenant, id) > (:a, :b) "
			    "AND :c = '' ORDER BY tenant, id LIMIT :max");
DB_STMT_CROSS(graphics_files,
	"SELECT g.tenant, g.case_id, g.n, c.number, g.size, g.digest, g.blob, '' FROM reg_graphics g JOIN "
	"reg_case c ON c.tenant = g.tenant AND c.id = g.case_id WHERE (g.tenant, g.case_id, g.n) > (:a, :b, "
	":c) AND g.removed_at IS NULL ORDER BY g.tenant, g.case_id, g.n LIMIT :max");
DB_STMT_CROSS(document_files,
	"SELECT tenant, number, format, number, size, digest, blob, blob_key FROM reg_document_file WHERE "
	"(tenant, number, format) > (:a, :b, :c) ORDER BY tenant, number, format LIMIT :max");
DB_STMT_CROSS(archive_files, "SELECT tenant, case_id, '', number, size, digest, blob, blob_key "
			     "FROM reg_archive WHERE (tenant, case_id) > (:a, :b) AND :c = '' "
			     "ORDER BY tenant, case_id LIMIT :max");
DB_STMT_CROSS(certificate_files,
	"SELECT tenant, bdcqzh, '', bdcqzh, size, digest, blob, blob_key FROM bdcqzs WHERE (tenant, bdcqzh) "
	"> (:a, :b) AND :c = '' ORDER BY tenant, bdcqzh LIMIT :max");
const struct fixity_use reg_files[] = {
	{"material", &material_files, true},
	{"upload", &upload_files, false},
	{"graphics", &graphics_files, true},
	{"certificate", &certificate_files, false},
	{"document", &document_files, false},
	{"archive", &archive_files, false},
	{NULL, NULL, false},
};
