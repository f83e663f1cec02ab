#include "base/err.h"
#include "base/outfile.h"
#include "control/command.h"
#include "lists/key.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPT_LABEL = 256 };

static const struct argp_option options[] = {
    {"name", 'n', "NAME", 0, "Whose key: the owner of its DNSKEY record (needed)", 0},
    {"algorithm", 'a', "ALGORITHM", 0, "ed25519 or ecdsa-p256 (ed25519)", 0},
    {"out", 'o', "FOLDER", 0, "Where the two files go (here)", 0},
    {"token", 't', "URL", 0, "Make the key in the token of this pkcs11: URL", 0},
    {"label", OPT_LABEL, "LABEL", 0, "The key's label in the token (NAME)", 0},
    {0},
};

struct keygen {
	const char *program, *out, *token, *label;
	uint8_t name[NAME_LEN_MAX];
	char name_text[NAME_TEXT_MAX];
	uint8_t algorithm;
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct keygen *k = state->input;
	int n;

	switch (key) {
	case 'n':
		if (name_from_text(k->name, arg, strlen(arg)) < 2 || strchr(arg, '/'))
			argp_error(state, "name `%s': not a domain name", arg);
		name_to_text(k->name_text, k->name);
		break;
	case 'a':
		n = key_algorithm_parse(arg);
		if (n < 0)
			argp_error(state, "algorithm `%s': expected ed25519 or ecdsa-p256", arg);
		k->algorithm = (uint8_t)n;
		break;
	case 'o': k->out = arg; break;
	case 't': k->token = arg; break;
	case OPT_LABEL: k->label = arg; break;
	case ARGP_KEY_END:
		if (!k->name_text[0])
			argp_error(state, "--name is needed");
		if (k->label && !k->token)
			argp_error(state, "--label goes with --token");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* A file that was not there before. */
static FILE *
create(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (fd >= 0 && !f)
		close(fd);
	return f;
}

/* Ends a file: on disk, or gone. */
static int
finish(FILE *f, const char *path, int rc)
{
	if (rc == 0 && (fflush(f) || fsync(fileno(f))))
		rc = -errno;
	if (fclose(f) && rc == 0)
		rc = -errno;
	if (rc < 0)
		unlink(path);
	return rc;
}

static int
write_public(const char *path, const struct public_key *k)
{
	char text[KEY_TEXT_MAX];
	FILE *f = create(path, 0644);

	if (!f)
		return -errno;
	public_key_text(text, k);
	fprintf(f, "%s\n", text);
	return finish(f, path, 0);
}

static int
write_private(const char *path, const struct private_key *key)
{
	FILE *f = create(path, 0600);

	return f ? finish(f, path, private_key_write(key, f)) : -errno;
}

/* The names that ldns-keygen and dnssec-keygen give: KNAME.+ALGORITHM+TAG. */
static int
write_files(const struct keygen *g, struct public_key *k, const struct private_key *key)
{
	char path[OUTFILE_PATH_MAX];
	size_t end;
	int n, rc = 0;

	memcpy(k->name, g->name_text, sizeof(k->name));
	n = snprintf(
	    path, sizeof(path) - 16, "%s/K%s.+%03u+%05u", g->out, k->name, k->algorithm, k->tag);
	if (n < 0 || (size_t)n >= sizeof(path) - 16)
		rc = -ENAMETOOLONG;
	end = strlen(path);
	if (rc == 0 && key) {
		strcpy(path + end, ".private");
		rc = write_private(path, key);
	}
	if (rc == 0) {
		strcpy(path + end, ".key");
		rc = write_public(path, k);
		if (rc < 0 && key) {
			strcpy(path + end, ".private");
			unlink(path);
		}
	}
	if (rc < 0)
		fprintf(stderr, "%s: %s: %s\n", g->program, path, err_text(rc));
	path[end] = '\0';
	if (rc == 0)
		puts(path);
	return rc;
}

static int
make_in_token(const struct keygen *g)
{
	char why[KEY_WHY_MAX];
	struct public_key k;
	int rc = private_key_generate_token(
	    g->token, g->label ? g->label : g->name_text, g->algorithm, &k, why);

	if (rc < 0) {
		fprintf(stderr, "%s: %s\n", g->program, why);
		return rc;
	}
	return write_files(g, &k, NULL);
}

static int
make_in_file(const struct keygen *g)
{
	struct private_key *key = NULL;
	struct public_key k;
	int rc = private_key_generate(&key, g->algorithm);

	if (rc < 0) {
		fprintf(stderr, "%s: %s\n", g->program, err_text(rc));
		return rc;
	}
	k = *private_key_public(key);
	rc = write_files(g, &k, key);
	private_key_close(key);
	return rc;
}

int
cmd_keygen(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Makes a publisher's key pair."
	    "\vWrites KNAME.+ALGORITHM+TAG.private, which only its owner may read, and .key, a "
	    "DNSKEY "
	    "record for those who are to trust it, and prints their common name.  A key in a token "
	    "stays there; only .key is written.",
	    NULL, NULL, NULL};
	struct keygen g = {.program = argv[0], .out = ".", .algorithm = KEY_ED25519};

	if (argp_parse(&argp, argc, argv, 0, NULL, &g))
		return 2;
	return (g.token ? make_in_token(&g) : make_in_file(&g)) < 0 ? 1 : 0;
}
