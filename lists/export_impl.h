/* export_impl.h - between the files of the exporters. */
#pragma once

#include "lists/export.h"

/* One comment of a line that says what is exported; lead: `# ' or the like. */
void export_write_head(FILE *to, const struct export_options *o, const char *lead);

void export_plain_entry(FILE *to, const struct entry *e);
void export_hosts_entry(FILE *to, const struct export_options *o, const struct entry *e);
void export_csv_entry(FILE *to, const struct entry *e);
void export_fragment_entry(FILE *to, const struct export_options *o, const struct entry *e);
void export_unbound_entry(FILE *to, const struct export_options *o, const struct entry *e);
