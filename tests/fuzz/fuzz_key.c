#include "lists/key.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_private(const uint8_t *data, size_t size)
{
	FILE *f = fmemopen((uint8_t *)(uintptr_t)data, size, "r");
	char why[KEY_WHY_MAX];
	uint8_t sig[KEY_SIGNATURE];
	struct private_key *k = NULL;

	if (!f)
		return;
	if (private_key_read(&k, f, why) == 0) { /* what can be read can sign */
		assert(private_key_sign(k, data, size, sig) == 0);
		assert(public_key_verify(private_key_public(k), data, size, sig, sizeof(sig)));
	}
	private_key_close(k);
	fclose(f);
}

static void
read_public(const uint8_t *data, size_t size)
{
	char line[KEY_TEXT_MAX], text[KEY_TEXT_MAX];
	struct public_key k, again;

	if (size >= sizeof(line))
		return;
	memcpy(line, data, size);
	line[size] = '\0';
	if (public_key_parse(&k, line, size) == 0) {
		assert(public_key_parse(&again, text, public_key_text(text, &k)) == 0);
		assert(public_key_same(&k, &again) && k.tag == again.tag);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	read_private(data, size);
	read_public(data, size);
	return 0;
}
