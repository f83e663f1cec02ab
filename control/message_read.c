#include "control/message_read.h"

#include "base/err.h"

#include <string.h>

#define POINTER 0xc0

int
message_name(uint8_t out[NAME_LEN_MAX], const uint8_t *msg, size_t len, size_t *at)
{
	size_t i = *at, n = 0, low = *at; /* the next pointer must point below low */
	size_t end = 0;                   /* behind the first pointer */
	uint8_t raw[NAME_LEN_MAX];
	unsigned label;

	do {
		if (i >= len || (msg[i] >= POINTER && i + 2 > len))
			return -ERR_SHORT;
		label = msg[i];
		if (label >= POINTER) { /* RFC 1035 4.1.4 */
			end = end ? end : i + 2;
			i = get16(msg + i) & 0x3fff;
			if (i >= low)
				return -ERR_NAME;
			low = i;
			continue;
		}
		if (label > NAME_LABEL_MAX || n + label + 1 > NAME_LEN_MAX)
			return -ERR_NAME;
		if (label + 1 > len - i)
			return -ERR_SHORT;
		memcpy(raw + n, msg + i, label + 1);
		n += label + 1;
		i += label + 1;
	} while (label);
	*at = end ? end : i;
	return name_canon(out, raw, n);
}

int
message_question_read(struct message_rr *rr, const uint8_t *msg, size_t len, size_t *at)
{
	int n;

	rr->at = *at;
	n = message_name(rr->owner, msg, len, at);
	if (n < 0)
		return n;
	rr->owner_len = (uint8_t)n;
	if (len - *at < 4)
		return -ERR_SHORT;
	rr->type = get16(msg + *at);
	rr->class = get16(msg + *at + 2);
	*at += 4;
	return 0;
}

int
message_rr_read(struct message_rr *rr, const uint8_t *msg, size_t len, size_t *at)
{
	int rc = message_question_read(rr, msg, len, at);

	if (rc < 0)
		return rc;
	if (len - *at < 6)
		return -ERR_SHORT;
	rr->ttl = get32(msg + *at);
	rr->rdata_len = get16(msg + *at + 4);
	rr->rdata_at = *at + 6;
	if (rr->rdata_len > len - rr->rdata_at)
		return -ERR_SHORT;
	*at = rr->rdata_at + rr->rdata_len;
	return 0;
}
