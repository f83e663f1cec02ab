#include "control/verdict.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdlib.h>

#define A48 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEAD                                                                         \
	"{\"state\":\"accepted\",\"feed\":\"f\",\"serial\":7,\"archive\":\"" A48 A48 \
	"\",\"reasons\":[],\"manifest\":0,\"kind\":\"update\","
#define BEHIND(manifest)                                                             \
	"{\"state\":\"accepted\",\"feed\":\"f\",\"serial\":7,\"archive\":\"" A48 A48 \
	"\",\"reasons\":[],\"kind\":\"update\",\"manifest\":" manifest ","
#define KEYS                                                                         \
	"{\"state\":\"accepted\",\"feed\":\"f\",\"serial\":7,\"archive\":\"" A48 A48 \
	"\",\"reasons\":[],\"manifest\":0,\"kind\":\"keys\","
#define KEY "\"a. IN DNSKEY 256 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\""
#define CHANGE(version, threshold, keys) \
	"\"keys\":{\"version\":" version ",\"threshold\":" threshold ",\"keys\":[" keys "]}"
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
    {"behind the manifest", BEHIND("30") "\"parts\":[" PART("ag", "30", "60") "]}", 0},
    {"over the manifest", BEHIND("30") "\"parts\":[" PART("ag", "0", "60") "]}", -ERR_FORMAT},
    {"a manifest beyond the file", BEHIND("101") "\"parts\":[]}", -ERR_FORMAT},
    {"no size of the manifest",
	"{\"state\":\"refused\",\"feed\":\"f\",\"serial\":7,\"archive\":\"" A48 A48
	"\",\"reasons\":[],\"parts\":[]}",
	-ERR_FORMAT},
    {"a key change", KEYS "\"parts\":[]," CHANGE("7", "1", KEY) "}", 0},
    {"of another version than its serial", KEYS "\"parts\":[]," CHANGE("8", "1", KEY) "}",
	-ERR_FORMAT},
    {"with a threshold of 0", KEYS "\"parts\":[]," CHANGE("7", "0", KEY) "}", -ERR_RANGE},
    {"with one above the keys", KEYS "\"parts\":[]," CHANGE("7", "2", KEY) "}", -ERR_RANGE},
    {"with a key twice", KEYS "\"parts\":[]," CHANGE("7", "1", KEY "," KEY) "}", -ERR_FORMAT},
    {"with no key", KEYS "\"parts\":[]," CHANGE("7", "1", "\"x\"") "}", -ERR_FORMAT},
    {"with a part", KEYS "\"parts\":[" PART("ag", "0", "60") "]," CHANGE("7", "1", KEY) "}",
	-ERR_FORMAT},
    {"accepted without its keys", KEYS "\"parts\":[]}", -ERR_FORMAT},
    {"keys in an update", HEAD "\"parts\":[" PART("ag", "0", "60") "]," CHANGE("7", "1", KEY) "}",
	-ERR_FORMAT},
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
