#include "control/derive.h"

#include "base/err.h"
#include "control/confine.h"
#include "control/derive_run.h"
#include "control/store_file.h"

#include <string.h>
#include <unistd.h>

int
derive_origin(uint8_t out[NAME_LEN_MAX], const struct hub_options *o, const struct hub_feed *feed,
    const char *suffix)
{
	uint8_t name[NAME_LEN_MAX];
	size_t label = strlen(DERIVE_LABEL), relative, own, at = 0;
	int len = name_from_text(name, suffix, strlen(suffix));

	if (len < 0)
		return len;
	relative = (size_t)len - 1;
	own = feed->origin_len - o->domain_len; /* of the feed's label */
	if (relative + own + 1 + label + o->domain_len > NAME_LEN_MAX)
		return -ERR_NAME;
	memcpy(out, name, relative);
	at = relative;
	memcpy(out + at, feed->origin, own);
	at += own;
	out[at++] = (uint8_t)label;
	memcpy(out + at, DERIVE_LABEL, label);
	at += label;
	memcpy(out + at, o->domain, o->domain_len);
	return (int)(at + o->domain_len);
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
derive_close(struct derive *d)
{
	close_fd(&d->end_fd);
	close_fd(&d->report_fd);
	close_fd(&d->out_fd);
}

int
derive_start(struct derive *d, const struct derive_task *task)
{
	int rc = 0;

	*d = (struct derive){-1, -1, -1, -1};
	d->out_fd = store_file_nameless(task->store);
	d->report_fd = d->out_fd < 0 ? d->out_fd : store_file_nameless(task->store);
	if (d->report_fd < 0)
		rc = d->report_fd;
	rc = rc < 0 ? rc : confine_fork(&d->pid, &d->end_fd);
	if (rc > 0)
		derive_run(task, d);
	if (rc < 0)
		derive_close(d);
	return rc;
}
