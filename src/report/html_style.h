/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page's style sheet: one for screens of any width, light and dark, and for paper. */
#ifndef POTSHERD_REPORT_HTML_STYLE_H
#define POTSHERD_REPORT_HTML_STYLE_H

extern const char html_style[];

#endif
