/* line_ns: how far apart two CPUs are, as nanoseconds in which a cache line goes from one to the
 * other and back.
 *
 *   line_ns CPU CPU
 *
 * Frames between two processes go from cache to cache, so their rate follows this figure.  A
 * virtual machine's host moves CPUs about: within seconds they may be threads of a core, cores with
 * one third-level cache, or cores without. */
#include <errno.h>
#include <pthread.h>
#include <rte_pause.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define EXCHANGES 200
#define ROUNDS    200 /* the shortest counts: in others someone else ran */

/* Odd: it is the other's turn. */
static _Alignas(128) atomic_uint turn;
static atomic_bool stop;

static void
stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0) {
		perror("line_ns: sched_setaffinity");
		exit(1);
	}
}

static void *
answer(void *arg)
{
	stay_on(*(int *)arg);
	while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
		unsigned now = atomic_load_explicit(&turn, memory_order_acquire);

		if (now & 1)
			atomic_store_explicit(&turn, now + 1, memory_order_release);
		else
			rte_pause();
	}
	return NULL;
}

static double
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double
exchange(void)
{
	unsigned now = atomic_load_explicit(&turn, memory_order_relaxed);
	double start = now_ns();

	for (unsigned i = 0; i < EXCHANGES; i++) {
		atomic_store_explicit(&turn, now + 1, memory_order_release);
		now += 2;
		while (atomic_load_explicit(&turn, memory_order_acquire) != now)
			rte_pause();
	}
	return (now_ns() - start) / EXCHANGES;
}

int
main(int argc, char **argv)
{
	int cpu[2] = {argc == 3 ? atoi(argv[1]) : 0, argc == 3 ? atoi(argv[2]) : 0};
	double best = 1e12;
	pthread_t other;

	if (cpu[0] == cpu[1]) {
		fprintf(stderr, "usage: line_ns CPU CPU\n");
		return 2;
	}
	stay_on(cpu[0]);
	errno = pthread_create(&other, NULL, answer, &cpu[1]);
	if (errno) {
		perror("line_ns: pthread_create");
		return 1;
	}
	for (unsigned i = 0; i < ROUNDS; i++) {
		double took = exchange();

		best = took < best ? took : best;
	}
	atomic_store(&stop, true);
	pthread_join(other, NULL);
	printf("%.0f\n", best);
	return 0;
}
