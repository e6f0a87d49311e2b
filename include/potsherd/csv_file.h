/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV files as output files: a header line, and rows. */
#ifndef POTSHERD_CSV_FILE_H
#define POTSHERD_CSV_FILE_H

#include "potsherd/output_file.h"

extern const struct output_kind csv_file;

#endif
