/* Rows of this zone that name stored files, for the sweep that reads them all. */
#include "zones/internet/store/files.h"

DB_STMT_CROSS(material_files,
	"SELECT tenant, application, id, application, size, digest, blob, blob_key FROM application_material "
	"WHERE (tenant, application, id) > (:a, :b, :c) ORDER BY tenant, application, id LIMIT :max");
DB_STMT_CROSS(certificate_files,
	"SELECT tenant, application, '', number, size, digest, blob, blob_key FROM application_certificate "
	"WHERE (tenant, application) > (:a, :b) AND :c = '' ORDER BY tenant, application LIMIT :max");
DB_STMT_CROSS(issued_files,
	"SELECT tenant, application, name, name, size, digest, blob, blob_key FROM application_document_file "
	"WHERE (tenant, application, name) > (:a, :b, :c) ORDER BY tenant, application, name LIMIT :max");
const struct fixity_use intake_files[] = {
	{"material", &material_files, false},
	{"certificate", &certificate_files, false},
	{"document", &issued_files, false},
	{NULL, NULL, false},
};
