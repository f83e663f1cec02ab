/* dga_rows.h - the rows of the table in dga.c; each is defined in the family's own file. */
#pragma once

#include "lists/dga.h"

extern const struct dga_family dga_conficker_a;
extern const struct dga_family dga_conficker_b;
extern const struct dga_family dga_conficker_c;
extern const struct dga_family dga_murofet_v1;
extern const struct dga_family dga_murofet_v2;
extern const struct dga_family dga_murofet_v3;
extern const struct dga_family dga_newgoz;
extern const struct dga_family dga_necurs;
extern const struct dga_family dga_ranbyus_v1;
extern const struct dga_family dga_ranbyus_v2;
extern const struct dga_family dga_qakbot;
extern const struct dga_family dga_cryptolocker;
extern const struct dga_family dga_torpig;
extern const struct dga_family dga_dyre;
extern const struct dga_family dga_padcrypt;
extern const struct dga_family dga_chinad;
extern const struct dga_family dga_sisron;
extern const struct dga_family dga_proslikefan;
extern const struct dga_family dga_nymaim;
extern const struct dga_family dga_symmi;
extern const struct dga_family dga_monerodownloader;
extern const struct dga_family dga_locky_v2;
extern const struct dga_family dga_pushdo;
extern const struct dga_family dga_corebot;
extern const struct dga_family dga_suppobox;
extern const struct dga_family dga_pykspa_precursor;
extern const struct dga_family dga_kraken_v1;
extern const struct dga_family dga_kraken_v2;
extern const struct dga_family dga_tinba;
extern const struct dga_family dga_simda;
extern const struct dga_family dga_banjori;
extern const struct dga_family dga_fobber;
extern const struct dga_family dga_ramnit;
extern const struct dga_family dga_dircrypt;
