/* Work beside the database: offered to the thread that waits for a function, taken by whoever is first. */
#include "common/db/db_impl.h"
#include <errno.h>

int db_meanwhile(struct db_tx *tx, const struct db_work *w, void *arg)
{
	struct db_job *j = tx->job;
	REQUIRE(j);
	if (j->ntasks == DB_WORKS_MAX)
		return ERR_LIMIT;
	struct db_task *t = &j->tasks[j->ntasks++];
	t->of = w; /* its state is DB_TASK_NEW */
	t->arg = arg;
	return 0;
}

static bool task_take(struct db_task *t)
{
	int ready = DB_TASK_READY;
	return atomic_compare_exchange_strong(&t->state, &ready, DB_TASK_TAKEN);
}

static void task_do(struct db_task *t)
{
	t->rc = t->of->work(t->arg);
	atomic_store(&t->state, DB_TASK_DONE);
}

void db_tasks_offer(struct db_job *j)
{
	for (size_t i = 0; i < j->ntasks; i++)
		atomic_store(&j->tasks[i].state, DB_TASK_READY);
	if (j->ntasks == 0)
		return;
	j->offers++;
	REQUIRE(sem_post(&j->wake) == 0);
}

void db_tasks_do(struct db_job *j)
{
	for (size_t i = 0; i < DB_WORKS_MAX; i++) {
		if (!task_take(&j->tasks[i]))
			continue;
		task_do(&j->tasks[i]);
		REQUIRE(sem_post(&j->worked) == 0);
	}
}

/* Until another's work is over. */
static void task_await(struct db_job *j, struct db_task *t)
{
	while (atomic_load(&t->state) == DB_TASK_TAKEN)
		while (sem_wait(&j->worked) < 0)
			REQUIRE(errno == EINTR);
}

int db_task_wait(struct db_job *j, struct db_task *t)
{
	if (task_take(t))
		task_do(t);
	task_await(j, t);
	return t->rc;
}

void db_tasks_drop(struct db_job *j)
{
	for (size_t i = 0; i < j->ntasks; i++) {
		struct db_task *t = &j->tasks[i];
		if (!task_take(t))
			task_await(j, t);
		atomic_store(&t->state, DB_TASK_NEW);
		t->of->drop(t->arg);
	}
	j->ntasks = 0;
}
