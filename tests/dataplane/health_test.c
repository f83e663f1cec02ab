#include "dataplane/health.h"

#include "tests/test.h"

#define S INT64_C(1000000000)

int
main(void)
{
	struct publish p;
	struct health h = {0};

	if (publish_init(&p) < 0)
		return 1;
	health_step(&h, &p, 1 * S);
	CHECK(health_stalled_ns(&h) == 0, "without a reader nothing hangs");
	publish_enter(&p, 3);
	health_step(&h, &p, 2 * S);
	health_step(&h, &p, 3 * S);
	publish_quiet(&p, 3);
	health_step(&h, &p, 60 * S);
	CHECK(health_stalled_ns(&h) == 0, "a reader that was quiet once moves, however late we look");
	health_step(&h, &p, 62 * S);
	CHECK(health_stalled_ns(&h) == 0, "a reader has its time");
	health_step(&h, &p, 62 * S + 1);
	CHECK(health_stalled_ns(&h) == 2 * S + 1, "and then it hangs");
	publish_quiet(&p, 3);
	health_step(&h, &p, 63 * S);
	CHECK(health_stalled_ns(&h) == 0, "it moves again");
	publish_sleep(&p, 3);
	health_step(&h, &p, 64 * S);
	health_step(&h, &p, 90 * S);
	CHECK(health_stalled_ns(&h) == 0, "a reader that sleeps does not hang");
	publish_leave(&p, 3);
	publish_close(&p);
	return test_end();
}
