#include "lists/dga_published.h"

#include "base/err.h"

#include <string.h>

#define SETS_MAX 16

static const struct {
	const char *family;
	const char *set[SETS_MAX];
} published[] = {
    {"murofet-v2", {"key=0", "key=0xD6D7A4BE", "key=0xDEADC2DE", "key=0xD6D7A4B1"}},
    {"necurs", {"magic=9", "magic=5"}},
    {"ranbyus-v1", {"seed=0xC5F128F3", "seed=0xB6354BC3", "seed=0x65BA0743", "seed=0x0478620C"}},
    {"ranbyus-v2", {"seed=0x0F0D5BFA", "seed=0xF2C72B14", "seed=0xAE8714BE", "seed=0xCE7F8514",
		       "seed=0x572473BB", "seed=0x17794CF1", "seed=0xC0E32524", "seed=0x7CB7966E",
		       "seed=0x9F90C9E7", "seed=0x8FB8879B", "seed=0xE981684B"}},
    {"qakbot", {"seed=0", "seed=1"}},
    {"locky-v2", {"seed=62", "seed=75", "seed=9", "seed=7", "seed=660", "seed=555",
		     "seed=0,shift=5,names=6"}},
    {"suppobox", {"suffix=net", "suffix=ru"}},
    {"tinba", {"seed=jc74FlUna852Ji9o", "seed=oGkS3w3sGGOGG7oc,start=ssrgwnrmgrxe.com,suffixes=1"}},
    {"fobber", {"version=v1", "version=v2"}},
    {"kraken-v1", {"set=a", "set=b"}},
    {"kraken-v2", {"set=a,suffixes=top", "set=a,suffixes=dynamic", "set=b,suffixes=top",
		      "set=b,suffixes=dynamic"}},
    {"padcrypt", {"version=2.2.86.1", "version=2.2.97.0"}},
    {"pushdo", {"version=v1", "version=v2"}},
    {"proslikefan", {"magic=prospect", "magic=ok"}},
    {"ramnit", {"seed=0x79159C10", "seed=0x28488EEA"}},
};

const char *const *
dga_published(const struct dga_family *f)
{
	static const char *const defaults[] = {"", NULL};

	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++)
		if (!strcmp(published[i].family, f->name))
			return published[i].set;
	return defaults;
}

int
dga_set_all(const struct dga_family *f, struct dga_values *v, const char *params, char *store)
{
	int rc = 0;

	dga_defaults(f, v);
	strcpy(store, params);
	for (char *save, *p = strtok_r(store, ",", &save); p && !rc;
	     p = strtok_r(NULL, ",", &save)) {
		char *value = strchr(p, '=');

		if (!value)
			return -ERR_FORMAT;
		*value++ = '\0';
		rc = dga_set(f, v, p, value);
	}
	return rc;
}
