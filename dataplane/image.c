#include "dataplane/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
image_free(struct image *img)
{
	if (!img)
		return;
	index_free(img->index);
	tails_free(img->tails);
	zones_free(img->zones);
	blocks_free(&img->blocks);
	free(img->part);
	free(img);
}

struct image_part *
image_part(const struct image *img, unsigned feed, const uint8_t *origin, size_t len)
{
	for (size_t i = 0; i < img->parts_n; i++) {
		struct image_part *p = &img->part[i];

		if (p->feed == feed && p->origin_len == len && !memcmp(p->origin, origin, len))
			return p;
	}
	return NULL;
}

const struct image_part *
image_part_like(const struct image *img, const char *feed, const struct image_part *part)
{
	for (unsigned i = 0; i < img->feeds_n; i++)
		if (strcmp(img->feed[i].name, feed) == 0)
			return image_part(img, i, part->origin, part->origin_len);
	return NULL;
}

int
image_part_add(struct image *img, unsigned feed, const struct list_meta *m)
{
	struct image_part *p = image_part(img, feed, m->origin, m->origin_len);

	if (p) {
		p->is_twice = true;
		return 0;
	}
	if (img->parts_n == img->parts_room) {
		size_t room = img->parts_room ? 2 * img->parts_room : 16;

		p = reallocarray(img->part, room, sizeof(*p));
		if (!p)
			return -ENOMEM;
		img->part = p;
		img->parts_room = room;
	}
	p = &img->part[img->parts_n++];
	*p = (struct image_part){.feed = (uint8_t)feed,
	    .is_drill = m->drill,
	    .suffix_len = m->suffix_len,
	    .origin_len = m->origin_len,
	    .serial = m->serial};
	memcpy(p->suffix, m->suffix, m->suffix_len);
	memcpy(p->origin, m->origin, m->origin_len);
	return 0;
}
