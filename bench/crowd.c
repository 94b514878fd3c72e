/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that begin at once. */
#include "config.h" /* pthread_barrier_t */

#include "crowd.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "raw.h"

#define SPAN_NS       20000000u /* about so long one run takes */
#define TURNS         3         /* of each in a round */
#define CHECKS_A_WAIT 1000      /* fewer: they wait for each other */

struct member {
	struct bench_check check;
	struct bench_raw *bare; /* the work it can't do without */
	struct bench_crowd *crowd;
	unsigned processor;
	uint64_t began, ended; /* wall */
	uint64_t cpu;
	uint64_t waits; /* until another thread let it go on */
	bool good;
};

struct bench_crowd {
	struct member members[BENCH_CROWD];
	pthread_barrier_t start;
	size_t times;
	bool bare; /* and no checks */
};

struct bench_crowd *
bench_crowd_new(const struct bench_check *check, const struct bench_key *key,
    const struct bench_ring *ring)
{
	struct bench_crowd *crowd;

	if (bench_processors() < BENCH_CROWD)
		return NULL;
	crowd = bench_must(calloc(1, sizeof(*crowd)), "threads");
	for (unsigned i = 0; i < BENCH_CROWD; i++) {
		crowd->members[i].check = *check;
		crowd->members[i].bare =
		    key == NULL ? bench_raw_digest(check->tokens, check->count)
				: bench_raw_new(key, ring);
		crowd->members[i].crowd = crowd;
		crowd->members[i].processor = i;
	}
	return crowd;
}

void
bench_crowd_close(void *self)
{
	struct bench_crowd *crowd = self;

	for (unsigned i = 0; i < BENCH_CROWD; i++)
		bench_raw_close(crowd->members[i].bare);
	free(crowd);
}

/* So often it went to sleep; being sent away by the kernel does not count. */
static uint64_t
waits(void)
{
	struct rusage used = { 0 };

	(void)getrusage(RUSAGE_THREAD, &used);
	return (uint64_t)used.ru_nvcsw;
}

static bool
do_checks(struct member *member, size_t times)
{
	return member->crowd->bare ? bench_raw_run(member->bare, times)
				   : bench_check_run(&member->check, times);
}

/* What a thread prepares for itself at its first check is not measured. */
static void *
work(void *arg)
{
	struct member *member = arg;
	uint64_t cpu, slept;

	(void)bench_pin(member->processor);
	member->good = do_checks(member, BENCH_RING);
	(void)pthread_barrier_wait(&member->crowd->start);
	member->began = bench_wall_ns();
	slept = waits();
	cpu = bench_cpu_ns();
	member->good = member->good && do_checks(member, member->crowd->times);
	member->cpu = bench_cpu_ns() - cpu;
	member->waits = waits() - slept;
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

/* Nanoseconds of all turns, of one thread and of two. */
struct sums {
	double one, two, cpu_one, cpu_two, waits;
	double bare_one, bare_two; /* CPU */
};

/* What the processors themselves lose by working at once, if they share a
 * core. */
static bool
take_bare(struct bench_crowd *crowd, struct sums *sums)
{
	bool good;

	crowd->bare = true;
	good = run(crowd, 1) != 0;
	sums->bare_one += (double)crowd->members[0].cpu;
	good = good && run(crowd, BENCH_CROWD) != 0;
	for (size_t j = 0; j < BENCH_CROWD; j++)
		sums->bare_two += (double)crowd->members[j].cpu;
	crowd->bare = false;
	return good;
}

static bool
take_turns(struct bench_crowd *crowd, struct sums *sums)
{
	for (size_t i = 0; i < TURNS; i++) {
		uint64_t alone = run(crowd, 1), both;

		sums->cpu_one += (double)crowd->members[0].cpu;
		both = run(crowd, BENCH_CROWD);
		if (alone == 0 || both == 0)
			return false;
		sums->one += (double)alone;
		sums->two += (double)both;
		for (size_t j = 0; j < BENCH_CROWD; j++) {
			sums->cpu_two += (double)crowd->members[j].cpu;
			sums->waits += (double)crowd->members[j].waits;
		}
		if (!take_bare(crowd, sums))
			return false;
	}
	return true;
}

bool
bench_crowd_measure(struct bench_row *row, size_t round)
{
	struct bench_crowd *crowd = row->self;
	struct sums sums = { 0 };
	double checks;
	bool apart;

	if (!calibrate(crowd) || !take_turns(crowd, &sums))
		return false;
	checks = TURNS * (double)crowd->times;
	apart = sums.waits * CHECKS_A_WAIT <= checks * BENCH_CROWD;
	row->ops[2]->ns[round] = sums.one / checks;
	row->ops[3]->ns[round] = sums.two / checks / BENCH_CROWD;
	row->ops[0]->ns[round] =
	    apart ? sums.cpu_one / checks : row->ops[2]->ns[round];
	row->ops[1]->ns[round] =
	    apart ? sums.cpu_two / checks / BENCH_CROWD / BENCH_CROWD
		  : row->ops[3]->ns[round];
	row->ops[4]->ns[round] = sums.bare_one / checks;
	row->ops[5]->ns[round] =
	    sums.bare_two / checks / BENCH_CROWD / BENCH_CROWD;
	return true;
}
