/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const struct passwd *find_user(const char *user, struct failure *why)
{
    const struct passwd *entry = getpwnam(user);

    if (!entry)
        failure_set(why, "--user %s: there is no such user", user);
    else if (!entry->pw_uid)
        failure_set(why, "--user %s: is root", user);
    return entry && entry->pw_uid ? entry : NULL;
}

static bool become(const struct passwd *entry, const char *user, struct failure *why)
{
    capng_clear(CAPNG_SELECT_BOTH);
    if (capng_change_id((int)entry->pw_uid, (int)entry->pw_gid,
                        CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING) != 0)
        return failure_set(why, "cannot become %s: %s", user, strerror(errno));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failure_set(why, "cannot give up new privileges: %s", strerror(errno));
    if (setuid(0) == 0 || capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE)
        return failure_set(why, "privileges came back after they were dropped");
    return true;
}

bool privilege_drop(const char *user, const char *const *folders, unsigned n, struct failure *why)
{
    const struct passwd *entry = find_user(user, why);

    if (!entry)
        return false;
    for (unsigned i = 0; i < n; i++)
        if (chown(folders[i], entry->pw_uid, entry->pw_gid) != 0)
            return failure_set(why, "%s: cannot be given to %s: %s", folders[i], user,
                               strerror(errno));
    if (!become(entry, user, why))
        return false;
    for (unsigned i = 0; i < n; i++)
        if (access(folders[i], W_OK | X_OK) != 0)
            return failure_set(why,
                               "%s: %s cannot write there: %s (the folders above it need to "
                               "let others pass: chmod o+x)",
                               folders[i], user, strerror(errno));
    return true;
}
