#include "dataplane/image.h"

#include <stdlib.h>

void
image_free(struct image *img)
{
	if (!img)
		return;
	index_free(img->index);
	tails_free(img->tails);
	zones_free(img->zones);
	blocks_free(&img->blocks);
	free(img);
}
