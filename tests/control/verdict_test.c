#include "control/verdict.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdlib.h>

#define A48 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEAD                                                                         \
	"{\"state\":\"accepted\",\"feed\":\"f\",\"serial\":7,\"archive\":\"" A48 A48 \
	"\",\"reasons\":[],"
#define PART(suffix, offset, size)                                                 \
	"{\"suffix\":\"" suffix                                                    \
	"\",\"serial\":7,\"names\":1,\"added\":1,\"removed\":0,\"offset\":" offset \
	",\"size\":" size "}"

/* All with an output file of 100 bytes. */
static const struct row {
	const char *about, *text;
	int rc;
} rows[] = {
    {"two parts", HEAD "\"parts\":[" PART("ag", "0", "60") "," PART("com.ag", "60", "40") "]}", 0},
    {"the root", HEAD "\"parts\":[" PART(".", "0", "60") "]}", 0},
    {"accepted without a part", HEAD "\"parts\":[]}", -ERR_FORMAT},
    {"a part twice", HEAD "\"parts\":[" PART("ag", "0", "60") "," PART("ag", "60", "40") "]}",
	-ERR_FORMAT},
    {"in capitals", HEAD "\"parts\":[" PART("AG", "0", "60") "]}", -ERR_FORMAT},
    {"with a final dot", HEAD "\"parts\":[" PART("ag.", "0", "60") "]}", -ERR_FORMAT},
    {"a way out", HEAD "\"parts\":[" PART("../ag", "0", "60") "]}", -ERR_FORMAT},
    {"beyond the file", HEAD "\"parts\":[" PART("ag", "0", "101") "]}", -ERR_FORMAT},
    {"beyond it by the sum",
	HEAD "\"parts\":[" PART("ag", "0", "60") "," PART("bo", "60", "41") "]}", -ERR_FORMAT},
    {"over another", HEAD "\"parts\":[" PART("ag", "0", "60") "," PART("bo", "50", "40") "]}",
	-ERR_FORMAT},
    {"empty", HEAD "\"parts\":[" PART("ag", "0", "0") "]}", -ERR_FORMAT},
    {"negative", HEAD "\"parts\":[" PART("ag", "-1", "60") "]}", -ERR_FORMAT},
    {"a size that is text", HEAD "\"parts\":[" PART("ag", "0", "\"60\"") "]}", -ERR_FORMAT},
    {"another state", "{\"state\":\"fine\",\"feed\":\"f\",\"serial\":7}", -ERR_FORMAT},
    {"no object", "[]", -ERR_FORMAT},
    {"no JSON", "failed: no memory", -ERR_FORMAT},
    {"nothing", "", -ERR_FORMAT},
    {"a key twice", "{\"state\":\"waiting\",\"state\":\"accepted\"}", -ERR_FORMAT},
};

int
main(void)
{
	struct verdict v;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int rc = verdict_read(&v, rows[i].text, strlen(rows[i].text), 100);

		CHECK(rc == rows[i].rc, "%s: %d", rows[i].about, rc);
		verdict_free(&v);
	}
	CHECK(verdict_read(&v, rows[0].text, strlen(rows[0].text), 100) == 0 && v.parts == 2 &&
		  v.serial == 7 && v.state == UPDATE_ACCEPTED &&
		  strcmp(v.part[1].suffix, "com.ag") == 0 && v.part[1].offset == 60,
	    "what it says");
	CHECK(!json_object_get(json_array_get(json_object_get(v.json, "parts"), 0), "offset"),
	    "offsets are not kept");
	verdict_free(&v);
	return test_end();
}
