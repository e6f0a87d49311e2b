/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static const struct passwd *find_user(const char *user, struct failure *why)
{
    const struct passwd *entry = getpwnam(user);

    if (!entry)
        failure_set(why, "--user %s: there is no such user", user);
    else if (!entry->pw_uid)
        failure_set(why, "--user %s: is root", user);
    return entry && entry->pw_uid ? entry : NULL;
}

/* --- before --- */

/* Nothing that is run gets a capability from its file, nor from us. */
static bool empty_sets(void)
{
    for (int cap = 0; geteuid() == 0 && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
        if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
            return false;
    if (capng_get_caps_process() != 0)
        return false;
    for (unsigned cap = 0; cap <= CAP_LAST_CAP; cap++)
        capng_update(CAPNG_DROP, CAPNG_INHERITABLE, cap);
    return capng_apply(CAPNG_SELECT_CAPS) == 0;
}

bool privilege_begin(struct failure *why)
{
    if (!empty_sets() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failure_set(why, "cannot give up new privileges: %s", strerror(errno));
    return true;
}

/* Root's programs have root's capabilities; who has one by the program's file, or from systemd,
 * needs an ambient one (capabilities(7)). */
void privilege_pass_on(void)
{
    if (geteuid() == 0 || capng_get_caps_process() != 0 ||
        !capng_have_capability(CAPNG_PERMITTED, CAP_NET_ADMIN))
        return;
    capng_update(CAPNG_ADD, CAPNG_INHERITABLE, CAP_NET_ADMIN);
    if (capng_apply(CAPNG_SELECT_CAPS) == 0)
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0);
}

static bool leave(void)
{
    capng_clear(CAPNG_SELECT_CAPS);
    return capng_apply(CAPNG_SELECT_CAPS) == 0;
}

bool privilege_leave_all(bool folders, struct failure *why)
{
    if (capng_get_caps_process() != 0)
        return failure_set(why, "cannot read the capabilities: %s", strerror(errno));
    folders = folders && capng_have_capability(CAPNG_EFFECTIVE, CAP_DAC_OVERRIDE);
    capng_clear(CAPNG_SELECT_CAPS);
    if (folders)
        capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_DAC_OVERRIDE);
    return capng_apply(CAPNG_SELECT_CAPS) == 0 ||
           failure_set(why, "cannot give up capabilities: %s", strerror(errno));
}

void privilege_leave_thread(void)
{
    if (geteuid() != 0 && !leave())
        log_panic("a thread cannot give up its capabilities");
}

/* --- folders --- */

/* By a descriptor, and only what is ours: the folder above may be anybody's. */
static bool give(const char *folder, const struct passwd *to)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    bool ours = fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid();
    bool good = ours && fchown(fd, to->pw_uid, to->pw_gid) == 0;

    if (fd >= 0)
        close(fd);
    if (fd >= 0 && !ours)
        errno = EPERM;
    return good;
}

/* So that the user gets through those above, too. */
static bool give_made(void *to, const char *folder)
{
    return !to || give(folder, to);
}

static bool make(const char *folder, const struct passwd *to, struct failure *why)
{
    return folder_make(folder, give_made, (void *)(uintptr_t)to) ||
           failure_set(why, "%s: cannot make the directory: %s; choose another one", folder,
                       strerror(errno));
}

bool privilege_make_folder(const char *folder, const char *user, struct failure *why)
{
    const struct passwd *entry = geteuid() == 0 ? find_user(user, why) : NULL;
    char *name = g_strdup(folder);
    bool good;

    for (size_t n = strlen(name); n > 1 && name[n - 1] == '/'; n--)
        name[n - 1] = '\0';
    good = (entry || geteuid() != 0) && make(name, entry, why);
    g_free(name);
    return good;
}

static bool can_write(const char *user, const char *folder, struct failure *why)
{
    struct stat st;

    if (access(folder, W_OK | X_OK) == 0)
        return true;
    if (errno != EACCES)
        return failure_set(why, "%s: cannot be written to: %s", folder, strerror(errno));
    if (stat(folder, &st) != 0)
        return failure_set(why,
                           "%s: %s does not get there: the folders above it need to let others "
                           "pass (chmod o+x)",
                           folder, user);
    return failure_set(why, "%s: %s cannot write there; if it should: chown %s %s", folder, user,
                       user, folder);
}

/* --- the drop --- */

static bool become(const struct passwd *entry, const char *user, struct failure *why)
{
    capng_clear(CAPNG_SELECT_BOTH);
    if (capng_change_id((int)entry->pw_uid, (int)entry->pw_gid,
                        CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING) != 0)
        return failure_set(why, "cannot become %s: %s", user, strerror(errno));
    return setuid(0) != 0 || failure_set(why, "root came back after it was left");
}

bool privilege_drop(const char *user, const char *const *folders, unsigned n, struct failure *why)
{
    const struct passwd *entry = geteuid() == 0 ? find_user(user, why) : getpwuid(geteuid());
    const char *name = entry ? entry->pw_name : "this user";

    if (geteuid() == 0 && (!entry || !become(entry, user, why)))
        return false;
    if (!leave() || capng_get_caps_process() != 0 ||
        capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE)
        return failure_set(why, "capabilities are still there after they were dropped");
    for (unsigned i = 0; i < n; i++)
        if (!can_write(name, folders[i], why))
            return false;
    return true;
}
