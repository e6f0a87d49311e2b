/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the formats of `find` have in common. */
#ifndef POTSHERD_EXPORT_FIND_H
#define POTSHERD_EXPORT_FIND_H

#include "base/buf.h"
#include "export/record_set.h"

#define FIND_COLUMNS_MAX 256

struct find_format;

struct finding {
    const struct find_format *format;
    void *state; /* the format's own */
    struct record_set *set;
    bool several;          /* kinds are asked for */
    bool first;            /* of these kinds nothing has been printed yet */
    enum record_file kind; /* that is printed now: */
    uint64_t rows;         /* of it */
    bool chosen;           /* these columns alone, as --columns has them: */
    unsigned columns[FIND_COLUMNS_MAX], column_count;
    struct buf out;
    bool stop; /* nobody takes what is printed */
};

struct find_format {
    const char *name;
    void (*open)(struct finding *f);                              /* a kind */
    void (*file)(struct finding *f, const struct source *source); /* another file of it; or NULL */
    void (*begin)(struct finding *f); /* before the first row of the kind; or NULL */
    void (*row)(struct finding *f, struct source *source, const struct bytes *cells);
    void (*close)(struct finding *f); /* the kind */
};

extern const struct find_format find_text, find_csv, find_json;

/* To standard output, now and then. */
void find_flush(struct finding *f);
void find_put(struct finding *f, struct bytes bytes);

/* The cells of `columns`, valid until the next row.  The data of payloads.csv, when it is one of
 * them, is read into `memory`, whole. */
void find_cells(const struct finding *f, struct source *source, const struct bytes *cells,
                struct bytes *out, struct buf *memory);

#endif
