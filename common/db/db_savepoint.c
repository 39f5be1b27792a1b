#include "common/db/db_savepoint.h"

#include "common/db/db_impl.h"

int db_savepoint(struct db_tx *tx)
{
	return tx->conn->db->b->mark(tx->conn, DB_MARK_INNER);
}

int db_rollback_to(struct db_tx *tx)
{
	return tx->conn->db->b->back(tx->conn, DB_MARK_INNER);
}

int db_release(struct db_tx *tx)
{
	return tx->conn->db->b->keep(tx->conn, DB_MARK_INNER);
}
