/* hub_receipt.h - receipts that registries' nodes signed (receipt.h): judged, kept, shown. */
#pragma once

#include "control/hub.h"
#include "control/receipt.h"

/* What became of one.  All but RECEIPT_HELD and RECEIPT_ERROR are refusals. */
enum receipt_verdict {
	RECEIPT_HELD,
	RECEIPT_MALFORMED,
	RECEIPT_FORGED,    /* not signed by a receipt key of that registry */
	RECEIPT_FOREIGN,   /* of a zone that is none of that registry's */
	RECEIPT_FUTURE,    /* signed later than now */
	RECEIPT_OLD,       /* too long ago */
	RECEIPT_UNKNOWN,   /* of a serial that was not in force, or is kept no more */
	RECEIPT_DIGEST,    /* of another zone with that serial */
	RECEIPT_DUPLICATE, /* says nothing that the last one does not */
	RECEIPT_STALE,     /* older than the last one */
	RECEIPT_TOO_MANY,  /* of one serial */
	RECEIPT_ERROR,     /* it could not be stored; nothing changed */
	RECEIPT_VERDICTS,
};

/* "held", "forged", ...; static. */
const char *receipt_verdict_text(enum receipt_verdict v);

/* Judges the receipt in a line of the intake, and keeps it with an audit record. */
enum receipt_verdict hub_receipt_take(struct hub *h, const json_t *receipt);

/* Whether a registry's receipt key signed it. */
bool hub_receipt_is_signed(
    const struct registries *all, const struct receipt *r, const uint8_t sig[KEY_SIGNATURE]);
