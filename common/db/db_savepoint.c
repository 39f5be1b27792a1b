#include "common/db/db_savepoint.h"

#include "common/db/db_impl.h"

int db_savepoint(struct db_tx *tx)
{
	return db_conn_exec(tx->conn, "SAVEPOINT inner");
}

int db_rollback_to(struct db_tx *tx)
{
	int rc = db_conn_exec(tx->conn, "ROLLBACK TO inner");
	return rc < 0 ? rc : db_conn_exec(tx->conn, "RELEASE inner");
}

int db_release(struct db_tx *tx)
{
	return db_conn_exec(tx->conn, "RELEASE inner");
}
