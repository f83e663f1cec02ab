#include "control/top_rates.h"

#include "tests/test.h"

#define STATUS(pid, udp, way, feeds)                                                       \
	"{\"pid\":" pid ",\"counters\":{\"udp\":" udp ",\"tcp\":10,\"way\":{" way "},"      \
	"\"rcode\":{\"noerror\":" udp "}},\"lists\":[" feeds "]}"
#define FEED(name, n) "{\"feed\":\"" name "\",\"queries\":" n "}"

static const struct {
	const char *about, *before, *after, *want; /* want: NULL for none */
} cases[] = {
    {"rates", STATUS("1", "100", "\"drop\":1,\"none\":5", FEED("a", "7")),
	STATUS("1", "300", "\"drop\":5,\"none\":5", FEED("a", "9")),
	"{\"queries\":100.0,\"way\":{\"drop\":2.0},\"rcode\":{\"noerror\":100.0},"
	"\"feed\":{\"a\":1.0}}"},
    {"a feed that moved", STATUS("1", "0", "", FEED("a", "7") "," FEED("b", "1")),
	STATUS("1", "0", "", FEED("b", "1") "," FEED("a", "11")),
	"{\"queries\":0.0,\"way\":{},\"rcode\":{},\"feed\":{\"a\":2.0}}"},
    {"a feed that is new", STATUS("1", "0", "", ""), STATUS("1", "0", "", FEED("n", "4")),
	"{\"queries\":0.0,\"way\":{},\"rcode\":{},\"feed\":{\"n\":2.0}}"},
    {"a feed that began anew", STATUS("1", "0", "", FEED("a", "900")),
	STATUS("1", "0", "", FEED("a", "4")),
	"{\"queries\":0.0,\"way\":{},\"rcode\":{},\"feed\":{\"a\":2.0}}"},
    {"another process", STATUS("1", "0", "", ""), STATUS("2", "0", "", ""), NULL},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *before = json_loads(cases[i].before, 0, NULL);
		json_t *after = json_loads(cases[i].after, 0, NULL);
		json_t *want = cases[i].want ? json_loads(cases[i].want, 0, NULL) : NULL;
		json_t *got = top_rates(before, after, 2);

		if (got)
			json_object_del(got, "seconds");
		CHECK(before && after && (want ? json_equal(got, want) : !got), "%s",
		    cases[i].about);
		json_decref(got);
		json_decref(want);
		json_decref(after);
		json_decref(before);
	}
	CHECK(!top_rates(NULL, NULL, 0), "no time between them");
	return test_end();
}
