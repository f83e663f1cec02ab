#include "dataplane/stages.h"

const char *
stage_text(enum stage s)
{
#define STAGE_TEXT(id, text) text,
	static const char *const texts[] = {STAGES(STAGE_TEXT)};
#undef STAGE_TEXT

	return texts[s];
}
