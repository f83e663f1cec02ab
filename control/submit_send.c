#include "base/err.h"
#include "control/submit.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REPLY_MAX (4 << 20)
#define TOKEN_MAX 512

struct text {
	char *bytes;
	size_t n;
};

static size_t
take_reply(char *bytes, size_t size, size_t n, void *ctx)
{
	struct text *t = ctx;
	char *more = t->n + n * size > REPLY_MAX ? NULL : realloc(t->bytes, t->n + n * size + 1);

	if (!more)
		return 0;
	memcpy(more + t->n, bytes, n * size);
	t->bytes = more;
	t->n += n * size;
	more[t->n] = '\0';
	return n * size;
}

/* The token's line becomes a header; it is never printed. */
static struct curl_slist *
headers(const struct submit *s, uint64_t from, uint64_t total)
{
	char line[TOKEN_MAX + 64], token[TOKEN_MAX + 1] = "";
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	FILE *f = s->token_file ? fopen(s->token_file, "re") : NULL;

	if (s->token_file && (!f || !fgets(token, sizeof(token), f)))
		fprintf(stderr, "%s: %s: no token in it\n", s->program, s->token_file);
	if (f)
		fclose(f);
	token[strcspn(token, "\r\n")] = '\0';
	if (*token) {
		snprintf(line, sizeof(line), "Authorization: Bearer %s", token);
		list = curl_slist_append(list, line);
	}
	if (from) {
		snprintf(line, sizeof(line), "Content-Range: bytes %llu-%llu/%llu",
		    (unsigned long long)from, (unsigned long long)total - 1,
		    (unsigned long long)total);
		list = curl_slist_append(list, line);
	}
	return list;
}

static CURL *
prepare(const struct submit *s, struct curl_slist *list, struct text *reply, char *error)
{
	CURL *c = curl_easy_init();

	if (!c)
		return NULL;
	*error = '\0';
	curl_easy_setopt(c, CURLOPT_URL, s->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_3);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_reply);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, reply);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, s->timeout_s);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 15L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	if (s->ca)
		curl_easy_setopt(c, CURLOPT_CAINFO, s->ca);
	if (s->certificate)
		curl_easy_setopt(c, CURLOPT_SSLCERT, s->certificate);
	if (s->key)
		curl_easy_setopt(c, CURLOPT_SSLKEY, s->key);
	return c;
}

/* One request: PUT of the file from an offset on, or GET if there is none.  Returns the status, 0
 * when the connection failed. */
static long
request(const struct submit *s, FILE *f, uint64_t from, uint64_t total, json_t **out)
{
	struct curl_slist *list = headers(s, f ? from : 0, total);
	struct text reply = {0};
	char error[CURL_ERROR_SIZE];
	CURL *c = prepare(s, list, &reply, error);
	bool is_cut = false;
	long status = 0;

	json_decref(*out);
	*out = NULL;
	if (c && f && fseeko(f, (off_t)from, SEEK_SET) == 0) {
		curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(c, CURLOPT_READDATA, f);
		curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)(total - from));
	}
	if (c && curl_easy_perform(c) != CURLE_OK) {
		is_cut = true;
		fprintf(stderr, "%s: %s: %s\n", s->program, s->url, *error ? error : "failed");
	}
	if (c) /* an answer may be there although sending the rest failed */
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (reply.bytes)
		*out = json_loadb(reply.bytes, reply.n, 0, NULL);
	if (is_cut && !*out) /* a status whose answer was lost says nothing */
		status = 0;
	curl_easy_cleanup(c);
	curl_slist_free_all(list);
	free(reply.bytes);
	return status;
}

/* How much of it the hub has. */
static uint64_t
offset(const struct submit *s, uint64_t total)
{
	json_t *reply = NULL;
	long status = request(s, NULL, 0, total, &reply);
	json_int_t n = json_integer_value(json_object_get(reply, "offset"));

	json_decref(reply);
	return status == 200 && n > 0 && (uint64_t)n < total ? (uint64_t)n : 0;
}

long
submit_send(const struct submit *s, json_t **reply)
{
	FILE *f = fopen(s->file, "re");
	uint64_t from = 0;
	struct stat st;
	long status = 0;

	*reply = NULL;
	if (!f || fstat(fileno(f), &st) < 0 || !S_ISREG(st.st_mode) || !st.st_size) {
		fprintf(stderr, "%s: %s: no file with anything in it\n", s->program, s->file);
		if (f)
			fclose(f);
		return -ERR_REFUSED;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	for (unsigned i = 0; i < s->tries && !status; i++) {
		if (i) {
			sleep(i < 5 ? 1u << i : 30);
			from = offset(s, (uint64_t)st.st_size);
		}
		status = request(s, f, from, (uint64_t)st.st_size, reply);
	}
	fclose(f);
	curl_global_cleanup();
	return status ? status : -ERR_REFUSED;
}
