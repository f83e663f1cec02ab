#include "control/receipt_send.h"

#include <curl/curl.h>
#include <jansson.h>
#include <string.h>

#define REPLY_MAX 16384 /* bytes */

struct reply {
	size_t n;
	char bytes[REPLY_MAX];
};

static size_t
take_reply(char *bytes, size_t size, size_t n, void *ctx)
{
	struct reply *r = ctx;

	if (n * size > sizeof(r->bytes) - r->n)
		return 0;
	memcpy(r->bytes + r->n, bytes, n * size);
	r->n += n * size;
	return n * size;
}

static void
take_code(char code[RECEIPT_CODE_MAX], const struct reply *r)
{
	json_t *o = json_loadb(r->bytes, r->n, JSON_REJECT_DUPLICATES, NULL);
	const char *text = json_string_value(json_object_get(o, "code"));

	*code = '\0';
	if (text && strlen(text) < RECEIPT_CODE_MAX &&
	    !text[strspn(text, "abcdefghijklmnopqrstuvwxyz-")])
		strcpy(code, text);
	json_decref(o);
}

void
receipt_send(const struct receipt_post *p,
    void (*done)(void *ctx, size_t i, long status, const char *code), void *ctx)
{
	CURL *c = curl_easy_init();
	struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
	static struct reply reply;
	char code[RECEIPT_CODE_MAX];
	long status = 1;

	if (!c)
		return;
	curl_easy_setopt(c, CURLOPT_URL, p->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_3);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_reply);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, &reply);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, p->timeout_s);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	if (p->ca)
		curl_easy_setopt(c, CURLOPT_CAINFO, p->ca);
	for (size_t i = 0; i < p->n && status; i++) {
		reply.n = 0;
		status = 0;
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, p->body[i]);
		if (curl_easy_perform(c) == CURLE_OK)
			curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
		take_code(code, &reply);
		done(ctx, i, status, code);
	}
	curl_easy_cleanup(c);
	curl_slist_free_all(list);
}
