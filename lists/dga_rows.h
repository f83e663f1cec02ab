/* dga_rows.h - the table of families, one line each; a row is defined in the family's own file. */
#pragma once

#include "lists/dga.h"

/* In the order in which they are listed. */
#define DGA_FAMILIES(X)     \
	X(conficker_a)      \
	X(conficker_b)      \
	X(conficker_c)      \
	X(murofet_v1)       \
	X(murofet_v2)       \
	X(murofet_v3)       \
	X(newgoz)           \
	X(necurs)           \
	X(ranbyus_v1)       \
	X(ranbyus_v2)       \
	X(qakbot)           \
	X(cryptolocker)     \
	X(torpig)           \
	X(dyre)             \
	X(padcrypt)         \
	X(chinad)           \
	X(sisron)           \
	X(proslikefan)      \
	X(nymaim)           \
	X(symmi)            \
	X(monerodownloader) \
	X(locky_v2)         \
	X(pushdo)           \
	X(corebot)          \
	X(suppobox)         \
	X(pykspa_precursor) \
	X(kraken_v1)        \
	X(kraken_v2)        \
	X(tinba)            \
	X(simda)            \
	X(banjori)          \
	X(fobber)           \
	X(ramnit)           \
	X(dircrypt)

#define DGA_ROW(name) extern const struct dga_family dga_##name;
DGA_FAMILIES(DGA_ROW)
#undef DGA_ROW
