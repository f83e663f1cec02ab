#include "base/err.h"
#include "base/log.h"
#include "control/hub.h"
#include "control/store_file.h"
#include "control/store_prune.h"

#include <inttypes.h>
#include <time.h>

#define DAY_SECONDS   86400
#define COPY_AGAIN_NS (60 * INT64_C(1000000000)) /* after a failure */
#define SWEEP_NS      (3600 * INT64_C(1000000000))
#define SWEEP_AGE_S   3600 /* a process of transfers may still open what a book before named */

static int64_t
sweep_folders(struct hub *h, int64_t now)
{
	const struct config_hub *c = &h->options->config.top;
	int64_t n = 0, got = 0;

	if (c->uploads_age)
		n = store_prune_files(h->store, "spool", "", now - c->uploads_age * DAY_SECONDS);
	for (unsigned i = 0; i < h->options->feeds_n && c->decisions_age && got >= 0; i++) {
		char folder[STORE_NAME_MAX + 8];
		int64_t before = now - c->decisions_age * DAY_SECONDS;

		snprintf(folder, sizeof(folder), "drop/%s", h->options->feed[i].name);
		got = store_prune_files(h->store, folder, ".verdict", before);
		n += got > 0 ? got : 0;
		got = store_prune_files(h->store, folder, ".verdict.tmp", before);
		n += got > 0 ? got : 0;
	}
	return n;
}

void
hub_sweep_step(struct hub *h)
{
	const struct config_hub *c = &h->options->config.top;
	struct store_ages ages = {c->history_age * DAY_SECONDS, c->decisions_age * DAY_SECONDS};
	int64_t files, folders, versions;

	if (hub_clock_ns() < h->sweep_ns)
		return;
	h->sweep_ns = hub_clock_ns() + SWEEP_NS;
	/* Files of what goes now are swept the next time, when no book names them. */
	files = store_file_sweep(h->store, (int64_t)time(NULL), SWEEP_AGE_S);
	folders = sweep_folders(h, (int64_t)time(NULL));
	versions = store_prune(h->store, hub_now(h), &ages);
	if (versions > 0)
		h->book_stale = true;
	if (files < 0 || versions < 0)
		log_event(LOG_LEVEL_ERROR, "sweep", "error=\"%s\"",
		    err_text((int)(files < 0 ? files : versions)));
	else if (files + folders + versions)
		log_event(LOG_LEVEL_INFO, "sweep",
		    "zones=%" PRId64 " other_files=%" PRId64 " versions=%" PRId64, files, folders,
		    versions);
}

void
hub_copy_step(struct hub *h)
{
	int64_t now_ns = hub_clock_ns();
	int rc = 0;

	if (!h->copy && (!h->copy_due || now_ns < h->copy_ns))
		return;
	if (!h->copy) {
		h->copy_due = false; /* what comes from now on is in it, or makes it due again */
		rc = store_copy_start(&h->copy, h->store);
	}
	if (h->copy)
		rc = store_copy_step(h->copy);
	if (rc == 0)
		return;
	store_copy_free(h->copy);
	h->copy = NULL;
	if (rc > 0)
		return;
	h->copy_due = true;
	h->copy_ns = now_ns + COPY_AGAIN_NS;
	log_event(LOG_LEVEL_ERROR, "copy",
	    "file=%s/cordond.db.copy error=\"%s\" note=\"the one before stays\"",
	    store_dir(h->store), err_text(rc));
}
