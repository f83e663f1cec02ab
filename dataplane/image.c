#include "dataplane/image.h"

#include <stdlib.h>

void
image_free(struct image *img)
{
	if (!img)
		return;
	index_free(img->index);
	tails_free(img->tails);
	blocks_free(&img->blocks);
	free(img);
}
