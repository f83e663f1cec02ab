#include "lists/key.h"

#include "base/err.h"
#include "lists/key_soft.h"
#include "lists/key_token.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 4096 /* bytes; real ones have some 150 */

struct private_key {
	struct public_key public;
	struct token *token; /* ours; NULL: the secret is here */
	uint8_t secret[KEY_SECRET];
};

static int
refuse(char *why, int rc, const char *text)
{
	snprintf(why, KEY_WHY_MAX, "%s", text);
	return rc;
}

static struct private_key *
new_key(uint8_t algorithm)
{
	struct private_key *k = calloc(1, sizeof(*k));

	if (k) {
		k->public.flags = KEY_FLAGS;
		k->public.algorithm = algorithm;
	}
	return k;
}

void
private_key_close(struct private_key *k)
{
	if (!k)
		return;
	token_close(k->token);
	soft_wipe(k, sizeof(*k));
	free(k);
}

const struct public_key *
private_key_public(const struct private_key *k)
{
	return &k->public;
}

/* The value of `key: value` in text, NULL when it is absent or there twice. */
static const char *
field(const char *text, const char *key, size_t *len)
{
	const char *found = NULL;
	size_t n = strlen(key);

	while (*text) {
		size_t line = strcspn(text, "\n");

		if (line > n + 1 && !memcmp(text, key, n) && text[n] == ':') {
			if (found)
				return NULL;
			found = text + n + 1 + strspn(text + n + 1, " \t");
			*len = line > (size_t)(found - text) ? line - (size_t)(found - text) : 0;
			while (*len && (found[*len - 1] == '\r' || found[*len - 1] == ' '))
				--*len;
		}
		text += line + (text[line] != '\0');
	}
	return found;
}

static bool
is_version(const char *text)
{
	size_t len = 0;
	const char *v = field(text, "Private-key-format", &len);

	return v && len == 4 && (!memcmp(v, "v1.2", 4) || !memcmp(v, "v1.3", 4));
}

static int
read_algorithm(const char *text)
{
	size_t len = 0, n = 0;
	const char *v = field(text, "Algorithm", &len);
	char number[4] = "";

	for (; v && n < len && n < 3 && v[n] >= '0' && v[n] <= '9'; n++)
		number[n] = v[n];
	if (!v || n == 0 || (n < len && v[n] != ' '))
		return -ERR_UNKNOWN;
	return key_algorithm_parse(number);
}

static bool
read_secret(uint8_t secret[KEY_SECRET], const char *text)
{
	size_t len = 0, n = 0;
	const char *v = field(text, "PrivateKey", &len);

	return v &&
	       sodium_base642bin(secret, KEY_SECRET, v, len, NULL, &n, NULL,
		   sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       n == KEY_SECRET;
}

static int
parse(struct private_key **out, const char *text, char *why)
{
	struct private_key *k;
	int algorithm, rc;

	if (!is_version(text))
		return refuse(why, -ERR_FORMAT, "not a private key: no `Private-key-format: v1.3'");
	algorithm = read_algorithm(text);
	if (algorithm < 0)
		return refuse(
		    why, -ERR_UNKNOWN, "algorithm: expected 15 (ED25519) or 13 (ECDSAP256SHA256)");
	k = new_key((uint8_t)algorithm);
	if (!k)
		return refuse(why, -ENOMEM, "out of memory");
	rc = read_secret(k->secret, text) ? soft_public(&k->public, k->secret) : -ERR_FORMAT;
	public_key_set_tag(&k->public);
	if (rc < 0) {
		private_key_close(k);
		return refuse(why, rc, "`PrivateKey' is not a secret of 32 bytes in base64");
	}
	*out = k;
	return 0;
}

int
private_key_read(struct private_key **out, FILE *f, char *why)
{
	char text[FILE_MAX + 1];
	size_t n = fread(text, 1, sizeof(text), f);
	int rc;

	*out = NULL;
	if (ferror(f))
		rc = refuse(why, -EIO, "cannot be read");
	else if (n > FILE_MAX || memchr(text, '\0', n))
		rc = refuse(why, -ERR_FORMAT, "not a private key: too long, or not text");
	else {
		text[n] = '\0';
		rc = parse(out, text, why);
	}
	soft_wipe(text, sizeof(text));
	return rc;
}

static int
read_file(struct private_key **out, const char *path, char *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), rc;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	struct stat st;

	if (!f || fstat(fd, &st) < 0) {
		rc = -errno;
		refuse(why, rc, err_text(rc));
		if (fd >= 0 && !f)
			close(fd);
	} else if (!S_ISREG(st.st_mode)) {
		rc = refuse(why, -EPERM, "not a regular file");
	} else if (st.st_mode & 077) {
		rc = refuse(why, -EPERM, "others than its owner may use it; chmod 600 it");
	} else {
		setvbuf(f, NULL, _IONBF, 0); /* no copy of the secret in a buffer */
		rc = private_key_read(out, f, why);
	}
	if (f)
		fclose(f);
	return rc;
}

int
private_key_open(struct private_key **out, const char *where, char *why)
{
	struct private_key *k;
	int rc;

	*out = NULL;
	why[0] = '\0';
	if (strncmp(where, "pkcs11:", 7) != 0)
		return read_file(out, where, why);
	k = new_key(0);
	if (!k)
		return refuse(why, -ENOMEM, "out of memory");
	rc = token_open(&k->token, where, &k->public, why);
	public_key_set_tag(&k->public);
	if (rc == 0)
		*out = k;
	else
		private_key_close(k);
	return rc;
}

int
private_key_sign(
    const struct private_key *k, const uint8_t *message, size_t len, uint8_t sig[KEY_SIGNATURE])
{
	if (k->token)
		return token_sign(k->token, message, len, sig);
	return soft_sign(&k->public, k->secret, message, len, sig);
}

int
private_key_generate(struct private_key **out, uint8_t algorithm)
{
	struct private_key *k = new_key(algorithm);
	int rc = k ? soft_generate(algorithm, k->secret) : -ENOMEM;

	if (rc == 0)
		rc = soft_public(&k->public, k->secret);
	if (rc < 0) {
		private_key_close(k);
		k = NULL;
	} else {
		public_key_set_tag(&k->public);
	}
	*out = k;
	return rc;
}

int
private_key_write(const struct private_key *k, FILE *to)
{
	char base64[sodium_base64_ENCODED_LEN(KEY_SECRET, sodium_base64_VARIANT_ORIGINAL)];

	if (k->token)
		return -ERR_REFUSED;
	sodium_bin2base64(
	    base64, sizeof(base64), k->secret, KEY_SECRET, sodium_base64_VARIANT_ORIGINAL);
	fprintf(to, "Private-key-format: v1.3\nAlgorithm: %u (%s)\nPrivateKey: %s\n",
	    k->public.algorithm, key_algorithm_text(k->public.algorithm), base64);
	soft_wipe(base64, sizeof(base64));
	return 0;
}

int
private_key_generate_token(
    const char *url, const char *label, uint8_t algorithm, struct public_key *k, char *why)
{
	int rc;

	*k = (struct public_key){.algorithm = algorithm, .flags = KEY_FLAGS};
	rc = token_generate(url, label, k, why);
	public_key_set_tag(k);
	return rc;
}
