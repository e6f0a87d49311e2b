/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that stand for the vocabulary in records, metrics and tests. */
#include "potsherd/event.h"

const char *module_name(enum module m)
{
#define MODULE_NAME(name, word) word,
    static const char *const names[] = {MODULES(MODULE_NAME)};
#undef MODULE_NAME

    return names[m];
}

const char *request_class_name(enum request_class c)
{
    static const char *const names[] = {"connect-smtp", "connect-other", "get", "error", "web"};

    return names[c];
}

const char *direction_name(enum direction d)
{
    return d == FROM_CLIENT ? "client" : "server";
}

const char *event_name(enum event_type type)
{
#define EVENT_NAME(name) #name,
    static const char *const names[] = {EVENT_TYPES(EVENT_NAME)};
#undef EVENT_NAME

    return type < EVENT_TYPE_COUNT ? names[type] : "";
}
