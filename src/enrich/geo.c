/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The adapter of libmaxminddb. */
#include "potsherd/geo.h"

#include <dirent.h>
#include <errno.h>
#include <glib.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/number.h"
#include "enrich/mmdb.h"
#include "enrich/mmdb_check.h"
#include "potsherd/time.h"

#define CACHE_SLOTS 8192
#define TYPE_MAX    80                     /* bytes shown of a database's type */
#define EPOCH_MAX   UINT64_C(253402300799) /* the last second of the year 9999 */

const char geo_how_to_get[] = "no database, so countries and ASes stay empty: geoipupdate gets "
                              "GeoLite2; DB-IP lite and IPinfo lite do too, with --geo FILE";

/* Where geoipupdate of Debian, Debian's packages and geoipupdate from source put them. */
static const char *const places[] = {"/var/lib/GeoIP", "/usr/share/GeoIP", "/usr/local/share/GeoIP",
                                     NULL};

struct database {
    struct geo_database about;
    MMDB_s mmdb;
    int fd; /* of what is mapped; -1: none */
    bool open;
    bool adopted;     /* another process has opened it */
    uint64_t damaged; /* lookups */
    int error;        /* of the first of them */
};

struct slot {
    struct address ip; /* family 0: empty */
    struct geo_place place;
};

struct geo {
    char **paths;         /* as asked for */
    GPtrArray *databases; /* struct database * */
    struct slot cache[CACHE_SLOTS];
};

static struct geo *current; /* NULL: none */

/* --- opening --- */

static void database_free(gpointer pointer)
{
    struct database *d = pointer;

    if (d->open && d->adopted)
        mmdb_leave(&d->mmdb);
    else if (d->open)
        MMDB_close(&d->mmdb);
    if (d->fd >= 0)
        close(d->fd);
    g_free((char *)(uintptr_t)d->about.path);
    g_free((char *)(uintptr_t)d->about.type);
    g_free((char *)(uintptr_t)d->about.built);
    mem_free(d);
}

static void geo_free(struct geo *g)
{
    if (!g)
        return;
    g_ptr_array_free(g->databases, TRUE);
    g_strfreev(g->paths);
    mem_free(g);
}

/* GeoLite2-Country, DBIP-City-Lite, GeoIP2-ISP, "ipinfo generic_country_free.mmdb", ... */
static bool is_wanted_type(const char *type)
{
    static const char *const words[] = {"country", "city", "asn", "isp", "enterprise", "location"};
    char *lower = g_ascii_strdown(type, -1);
    bool wanted = g_str_has_prefix(lower, "ipinfo") && strstr(lower, "lite");

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        wanted |= strstr(lower, words[i]) != NULL;
    g_free(lower);
    return wanted;
}

static char *printable(const char *text)
{
    char *out = g_strndup(text ? text : "", TYPE_MAX);

    for (char *p = out; *p; p++)
        if (!g_ascii_isprint(*p))
            *p = '?';
    return out;
}

static char *date_of(uint64_t epoch)
{
    char text[TIME_TEXT_MAX];

    if (!epoch || epoch > EPOCH_MAX)
        return g_strdup("an unknown date");
    time_format((time_us)epoch * TIME_SECOND, text);
    return g_strndup(text, strlen("2026-11-20"));
}

/* A regular file that has something in it; anything else could block or be a mistake. */
static bool check_file(const char *path, struct failure *why)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return failure_set(why,
                           "%s: cannot be opened: %s; give --geo a database (.mmdb) or a "
                           "folder of them",
                           path, g_strerror(errno));
    if (!S_ISREG(st.st_mode))
        return failure_set(why, "%s: is not a database file", path);
    if (!st.st_size)
        return failure_set(why, "%s: is empty, not a database; download it again", path);
    return true;
}

static bool database_load(struct database *d, const char *path, struct failure *why)
{
    int status;

    if (!check_file(path, why))
        return false;
    status = mmdb_open(path, &d->mmdb, &d->fd);
    if (status == MMDB_FILE_OPEN_ERROR)
        return failure_set(why, "%s: cannot be opened: %s", path, g_strerror(errno));
    if (status != MMDB_SUCCESS)
        return failure_set(why, "%s: is damaged or not a MaxMind DB file: %s; download it again",
                           path, MMDB_strerror(status));
    d->open = true;
    if (!mmdb_is_whole(&d->mmdb))
        return failure_set(why, "%s: is damaged: bytes are missing in it; download it again", path);
    d->about.path = g_strdup(path);
    d->about.type = printable(d->mmdb.metadata.database_type);
    d->about.built = date_of(d->mmdb.metadata.build_epoch);
    return true;
}

static bool add_file(struct geo *g, const char *path, bool in_folder, struct failure *why)
{
    struct database *d = MEM_NEW(struct database);

    d->fd = -1;
    if (!database_load(d, path, why)) {
        database_free(d);
        return false;
    }
    if (is_wanted_type(d->about.type)) {
        g_ptr_array_add(g->databases, d);
        return true;
    }
    if (!in_folder)
        failure_set(why, "%s: is a %s database; --geo takes country, city and ASN databases", path,
                    d->about.type);
    database_free(d);
    return in_folder;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool add_folder(struct geo *g, const char *path, struct failure *why)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    DIR *dir = opendir(path);
    const struct dirent *entry;
    bool good = true;

    if (!dir)
        failure_set(why, "%s: cannot be opened: %s", path, g_strerror(errno));
    while (dir && (entry = readdir(dir)) != NULL)
        if (g_str_has_suffix(entry->d_name, ".mmdb"))
            g_ptr_array_add(names, g_build_filename(path, entry->d_name, NULL));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; good && i < names->len; i++)
        good = add_file(g, g_ptr_array_index(names, i), true, why);
    g_ptr_array_free(names, TRUE);
    if (dir)
        closedir(dir);
    return good && dir;
}

static bool add_path(struct geo *g, const char *path, struct failure *why)
{
    guint before = g->databases->len;

    if (!g_file_test(path, G_FILE_TEST_IS_DIR))
        return add_file(g, path, false, why);
    return add_folder(g, path, why) && (g->databases->len > before ||
                                        failure_set(why,
                                                    "%s: holds no country, city or ASN database "
                                                    "(.mmdb); potsherd doctor says how to get them",
                                                    path));
}

/* The first default place that has any. */
static bool add_places(struct geo *g, struct failure *why)
{
    bool good = true;

    for (const char *const *place = places; good && *place && !g->databases->len; place++)
        if (g_file_test(*place, G_FILE_TEST_IS_DIR))
            good = add_folder(g, *place, why);
    return good;
}

static bool add_paths(struct geo *g, struct failure *why)
{
    bool good = true;

    if (!g->paths[0])
        return add_places(g, why);
    if (!strcmp(g->paths[0], "none") && !g->paths[1])
        return true;
    for (char **path = g->paths; good && *path; path++)
        good = add_path(g, *path, why);
    return good;
}

/* One text may name several files; but a name may hold commas and colons, too. */
static char **split_paths(const char *const *paths, unsigned count)
{
    GPtrArray *all = g_ptr_array_new();

    for (unsigned i = 0; i < count; i++) {
        bool whole = g_file_test(paths[i], G_FILE_TEST_EXISTS);
        char **parts = g_strsplit_set(paths[i], whole ? "" : ",:", -1);

        for (char **part = parts; *part; part++)
            if (**part)
                g_ptr_array_add(all, g_strdup(*part));
        g_strfreev(parts);
    }
    g_ptr_array_add(all, NULL);
    return (char **)g_ptr_array_free(all, FALSE);
}

/* Takes `paths`. Loads all of them before it closes the old ones. */
static bool replace(char **paths, struct failure *why)
{
    struct geo *g = MEM_NEW(struct geo);

    g->paths = paths;
    g->databases = g_ptr_array_new_with_free_func(database_free);
    if (!add_paths(g, why)) {
        geo_free(g);
        return false;
    }
    geo_free(current);
    current = g;
    return true;
}

bool geo_open(const char *const *paths, unsigned count, struct failure *why)
{
    return replace(split_paths(paths, count), why);
}

bool geo_reload(struct failure *why)
{
    return !current || replace(g_strdupv(current->paths), why);
}

void geo_close(void)
{
    geo_free(current);
    current = NULL;
}

/* --- for a process that may open nothing --- */

struct handed {
    struct mmdb_shared mmdb;
    char type[TYPE_MAX + 1], built[24], path[200];
};

size_t geo_hand_over(unsigned i, void *to, size_t room, int *fd)
{
    const struct database *d = g_ptr_array_index(current->databases, i);
    struct handed *h = to;

    if (room < sizeof *h)
        log_panic("no room for a database");
    *fd = d->fd;
    memset(h, 0, sizeof *h);
    mmdb_share(&d->mmdb, &h->mmdb);
    g_strlcpy(h->type, d->about.type, sizeof h->type);
    g_strlcpy(h->built, d->about.built, sizeof h->built);
    g_strlcpy(h->path, d->about.path, sizeof h->path);
    return sizeof *h;
}

void geo_forget_descriptors(void)
{
    for (guint i = 0; i < geo_databases(); i++)
        ((struct database *)g_ptr_array_index(current->databases, i))->fd = -1;
}

static struct database *adopt(const struct handed *h, int fd)
{
    struct database *d = MEM_NEW(struct database);

    d->fd = fd;
    d->adopted = true;
    d->open = mmdb_adopt(&h->mmdb, fd, &d->mmdb);
    d->about = (struct geo_database){g_strdup(h->path), g_strdup(h->type), g_strdup(h->built)};
    return d;
}

bool geo_adopt(unsigned i, unsigned count, const void *message, size_t n, int fd)
{
    static struct geo *next;
    struct database *d = NULL;

    if (!i) {
        geo_free(next);
        next = MEM_NEW(struct geo);
        next->databases = g_ptr_array_new_with_free_func(database_free);
    }
    if (count && (n != sizeof(struct handed) || fd < 0 || !(d = adopt(message, fd))->open)) {
        if (d)
            database_free(d);
        return false;
    }
    if (d)
        g_ptr_array_add(next->databases, d);
    if (next->databases->len != count)
        return true;
    geo_free(current);
    current = next;
    next = NULL;
    return true;
}

/* --- what a record says --- */

/* The names differ by vendor; each list is tried from its first. */
typedef const char *const field_path[3];
static field_path cc_paths[] = {{"country", "iso_code"},                  /* GeoLite2, DB-IP */
                                {"country_code"},                         /* IPinfo lite */
                                {"country"},                              /* IPinfo country */
                                {"registered_country", "iso_code"}};      /* GeoLite2 */
static field_path asn_paths[] = {{"autonomous_system_number"},            /* GeoLite2, DB-IP */
                                 {"asn"},                                 /* IPinfo: "AS64500" */
                                 {"traits", "autonomous_system_number"}}; /* GeoIP2 Enterprise */
static field_path name_paths[] = {{"autonomous_system_organization"},
                                  {"as_name"},
                                  {"name"},
                                  {"traits", "autonomous_system_organization"}};

static bool read_field(MMDB_entry_s entry, field_path path, MMDB_entry_data_s *value)
{
    return MMDB_aget_value(&entry, value, path) == MMDB_SUCCESS && value->has_data;
}

static struct bytes text_of(const MMDB_entry_data_s *value)
{
    if (value->type != MMDB_DATA_TYPE_UTF8_STRING)
        return BYTES_NONE;
    return (struct bytes){(const uint8_t *)value->utf8_string, value->data_size};
}

/* Two letters; ZZ is some databases' word for "not known". */
static bool read_cc(const MMDB_entry_data_s *value, char cc[3])
{
    struct bytes text = text_of(value);

    if (text.n != 2 || !g_ascii_isalpha(text.at[0]) || !g_ascii_isalpha(text.at[1]) ||
        bytes_equal_nocase(text, "ZZ"))
        return false;
    cc[0] = g_ascii_toupper((char)text.at[0]);
    cc[1] = g_ascii_toupper((char)text.at[1]);
    cc[2] = '\0';
    return true;
}

/* "AS64500" or "64500"; 0: no such number. */
static uint64_t number_in(struct bytes text)
{
    uint64_t n;

    if (bytes_begin_nocase(text, "AS"))
        text = bytes_skip(text, 2);
    return text.n <= 10 && number_parse(text, UINT32_MAX, &n) ? n : 0;
}

static bool read_asn(const MMDB_entry_data_s *value, uint32_t *asn)
{
    uint64_t n = 0;

    if (value->type == MMDB_DATA_TYPE_UINT16)
        n = value->uint16;
    else if (value->type == MMDB_DATA_TYPE_UINT32)
        n = value->uint32;
    else if (value->type == MMDB_DATA_TYPE_INT32 && value->int32 > 0)
        n = (uint64_t)value->int32;
    else if (value->type == MMDB_DATA_TYPE_UINT64)
        n = value->uint64;
    else if (value->type == MMDB_DATA_TYPE_UTF8_STRING)
        n = number_in(text_of(value));
    *asn = n <= UINT32_MAX ? (uint32_t)n : 0;
    return *asn != 0;
}

/* Cut to GEO_NAME_MAX, not within a character. */
static struct bytes read_name(const MMDB_entry_data_s *value)
{
    struct bytes name = text_of(value);

    if (name.n <= GEO_NAME_MAX)
        return name;
    name.n = GEO_NAME_MAX;
    while (name.n && (name.at[name.n] & 0xc0) == 0x80)
        name.n--;
    return name;
}

static void read_country(MMDB_entry_s entry, struct geo_place *place)
{
    MMDB_entry_data_s value;

    for (size_t i = 0; i < G_N_ELEMENTS(cc_paths); i++)
        if (read_field(entry, cc_paths[i], &value) && read_cc(&value, place->cc))
            return;
}

static void read_as(MMDB_entry_s entry, struct geo_place *place)
{
    MMDB_entry_data_s value;

    for (size_t i = 0; i < G_N_ELEMENTS(asn_paths) && !place->asn; i++)
        if (read_field(entry, asn_paths[i], &value))
            (void)read_asn(&value, &place->asn);
    for (size_t i = 0; i < G_N_ELEMENTS(name_paths) && place->asn && !place->as_name.n; i++)
        if (read_field(entry, name_paths[i], &value))
            place->as_name = read_name(&value);
}

/* --- looking up --- */

static MMDB_lookup_result_s look_up(const MMDB_s *mmdb, const struct address *ip, int *status)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

    if (ip->family == 4) {
        memcpy(&v4.sin_addr, ip->bytes, 4);
        return MMDB_lookup_sockaddr(mmdb, (const struct sockaddr *)&v4, status);
    }
    memcpy(&v6.sin6_addr, ip->bytes, 16);
    return MMDB_lookup_sockaddr(mmdb, (const struct sockaddr *)&v6, status);
}

static struct bytes section_of(const MMDB_s *mmdb)
{
    return (struct bytes){mmdb->data_section, mmdb->data_section_size};
}

static void ask(struct database *d, const struct address *ip, struct geo_place *place)
{
    int status = MMDB_SUCCESS;
    MMDB_lookup_result_s found;

    if (ip->family == 6 && d->mmdb.metadata.ip_version == 4)
        return;
    found = look_up(&d->mmdb, ip, &status);
    if (status == MMDB_SUCCESS && !found.found_entry)
        return;
    if (status == MMDB_SUCCESS && !mmdb_check_record(section_of(&d->mmdb), found.entry.offset))
        status = MMDB_INVALID_DATA_ERROR;
    if (status != MMDB_SUCCESS) {
        if (!d->damaged++)
            d->error = status;
        return;
    }
    if (!place->cc[0])
        read_country(found.entry, place);
    if (!place->asn)
        read_as(found.entry, place);
}

static struct slot *slot_of(const struct address *ip)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < sizeof ip->bytes; i++)
        hash = (hash ^ ip->bytes[i]) * 16777619u;
    return &current->cache[(hash ^ hash >> 16) % CACHE_SLOTS];
}

const struct geo_place *geo_find(const struct address *ip)
{
    static const struct geo_place nowhere;
    struct slot *slot;

    if (!current || !current->databases->len || !ip->family)
        return &nowhere;
    slot = slot_of(ip);
    if (slot->ip.family == ip->family && !memcmp(slot->ip.bytes, ip->bytes, sizeof ip->bytes))
        return &slot->place;
    slot->ip = *ip;
    slot->place = nowhere;
    for (guint i = 0; i < current->databases->len; i++)
        ask(g_ptr_array_index(current->databases, i), ip, &slot->place);
    return &slot->place;
}

/* --- what is there --- */

unsigned geo_databases(void)
{
    return current ? current->databases->len : 0;
}

const struct geo_database *geo_database(unsigned i)
{
    const struct database *d = g_ptr_array_index(current->databases, i);

    return &d->about;
}

void geo_describe(struct buf *out)
{
    for (unsigned i = 0; i < geo_databases(); i++) {
        const struct geo_database *d = geo_database(i);
        char *text = g_strdup_printf("%s%s of %s (%s)", i ? ", " : "", d->type, d->built, d->path);

        buf_append_text(out, text);
        g_free(text);
    }
}

bool geo_damaged(struct failure *of)
{
    for (unsigned i = 0; i < geo_databases(); i++) {
        const struct database *d = g_ptr_array_index(current->databases, i);

        if (d->damaged) {
            failure_set(of,
                        "%s: is damaged: %llu lookups failed (%s), and these cells stay empty; "
                        "download it again",
                        d->about.path, (unsigned long long)d->damaged, MMDB_strerror(d->error));
            return true;
        }
    }
    return false;
}
