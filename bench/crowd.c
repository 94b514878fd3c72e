/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that begin at once. */
#include "config.h" /* pthread_barrier_t */

#include "crowd.h"

#include <pthread.h>
#include <stdlib.h>

#define SPAN_NS 20000000u /* about so long one run takes */
#define TURNS   3         /* of each in a round */

struct member {
	struct bench_check check;
	struct bench_crowd *crowd;
	unsigned processor;
	uint64_t began, ended; /* wall */
	uint64_t cpu;
	bool good;
};

struct bench_crowd {
	struct member members[BENCH_CROWD];
	pthread_barrier_t start;
	size_t times;
};

struct bench_crowd *
bench_crowd_new(const struct bench_check *check)
{
	struct bench_crowd *crowd;

	if (bench_processors() < BENCH_CROWD)
		return NULL;
	crowd = bench_must(calloc(1, sizeof(*crowd)), "threads");
	for (unsigned i = 0; i < BENCH_CROWD; i++) {
		crowd->members[i].check = *check;
		crowd->members[i].crowd = crowd;
		crowd->members[i].processor = i;
	}
	return crowd;
}

void
bench_crowd_close(void *self)
{
	free(self);
}

/* What a thread prepares for itself at its first check is not measured. */
static void *
work(void *arg)
{
	struct member *member = arg;
	uint64_t cpu;

	(void)bench_pin(member->processor);
	member->good = bench_check_run(&member->check, BENCH_RING);
	(void)pthread_barrier_wait(&member->crowd->start);
	member->began = bench_wall_ns();
	cpu = bench_cpu_ns();
	member->good = member->good &&
		       bench_check_run(&member->check, member->crowd->times);
	member->cpu = bench_cpu_ns() - cpu;
	member->ended = bench_wall_ns();
	return NULL;
}

/* Nanoseconds between the first beginning and the last end; 0: it failed. */
static uint64_t
run(struct bench_crowd *crowd, unsigned count)
{
	pthread_t threads[BENCH_CROWD];
	uint64_t began = UINT64_MAX, ended = 0;
	bool good = true;

	if (pthread_barrier_init(&crowd->start, NULL, count) != 0)
		return 0;
	for (unsigned i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, work,
			&crowd->members[i]) != 0)
			abort();
	for (unsigned i = 0; i < count; i++) {
		const struct member *member = &crowd->members[i];

		(void)pthread_join(threads[i], NULL);
		good = good && member->good;
		began = member->began < began ? member->began : began;
		ended = member->ended > ended ? member->ended : ended;
	}
	(void)pthread_barrier_destroy(&crowd->start);
	return good ? ended - began + 1 : 0;
}

static bool
calibrate(struct bench_crowd *crowd)
{
	uint64_t spent;

	if (crowd->times != 0)
		return true;
	crowd->times = BENCH_RING;
	do {
		crowd->times *= 2;
		spent = run(crowd, 1);
	} while (spent != 0 && spent < SPAN_NS / 2);
	return spent != 0;
}

bool
bench_crowd_measure(struct bench_row *row, size_t round)
{
	struct bench_crowd *crowd = row->self;
	double one = 0, two = 0, cpu_one = 0, cpu_two = 0, checks;

	if (!calibrate(crowd))
		return false;
	for (size_t i = 0; i < TURNS; i++) {
		uint64_t alone = run(crowd, 1), both;

		cpu_one += (double)crowd->members[0].cpu;
		both = run(crowd, BENCH_CROWD);
		if (alone == 0 || both == 0)
			return false;
		one += (double)alone;
		two += (double)both;
		for (size_t j = 0; j < BENCH_CROWD; j++)
			cpu_two += (double)crowd->members[j].cpu;
	}
	checks = TURNS * (double)crowd->times;
	row->ops[0]->ns[round] = one / checks;
	row->ops[1]->ns[round] = two / checks / BENCH_CROWD;
	row->ops[2]->ns[round] = cpu_one / checks;
	row->ops[3]->ns[round] = cpu_two / checks / BENCH_CROWD;
	return true;
}
