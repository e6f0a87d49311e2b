/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/landlock.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/journal.h"
#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BUILD_CAN false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define BUILD_CAN false
#endif
#endif
#ifndef BUILD_CAN
#define BUILD_CAN true
#endif

#define NAMESPACES     UINT64_C(0x7e020000) /* CLONE_NEW... */
#define HEAP_PIECE     60000                /* bytes: less than what malloc(3) maps by itself */
#define HEAP_PIECES    20                   /* more together than what it gives back at the end */
#define EXIT_VIOLATION 159                  /* as a shell has it for SIGSYS */

static bool off;

/* --- the lists --- */

enum role_set {
    P = 1 << SANDBOX_PARENT,
    R = 1 << SANDBOX_PARSER,
    W = 1 << SANDBOX_WRITER,
    S = 1 << SANDBOX_SENDER,
    T = 1 << SANDBOX_TEMPLATE,
    M = 1 << SANDBOX_MAIL,
    ALL = P | R | W | S | T | M
};

/* Which values an argument may have; of several entries for one call each allows its own. */
enum condition {
    ANY,
    EQUAL,   /* argument == value */
    WITHOUT, /* argument has none of the bits */
    WITH     /* argument has all of them */
};

struct rule {
    const char *call;
    unsigned roles;
    enum condition condition;
    unsigned argument;
    uint64_t value;
};

/* What a C program, its allocator and its threads need; then descriptors; then the rest.
 * `write` of parser and sender is in add_writes. */
static const struct rule rules[] = {
    {"brk", ALL, ANY, 0, 0},
    {"mmap", ALL, WITHOUT, 2, PROT_EXEC},
    {"mprotect", ALL, WITHOUT, 2, PROT_EXEC},
    {"munmap", ALL, ANY, 0, 0},
    {"mremap", ALL, ANY, 0, 0},
    {"madvise", ALL, ANY, 0, 0},
    {"futex", ALL, ANY, 0, 0},
    {"set_robust_list", ALL, ANY, 0, 0},
    {"rseq", ALL, ANY, 0, 0},
    {"sched_yield", ALL, ANY, 0, 0},
    {"sched_getaffinity", ALL, ANY, 0, 0},
    {"sysinfo", ALL, ANY, 0, 0},
    {"getrandom", ALL, ANY, 0, 0},
    {"getpid", ALL, ANY, 0, 0},
    {"gettid", ALL, ANY, 0, 0},
    {"exit", ALL, ANY, 0, 0},
    {"exit_group", ALL, ANY, 0, 0},
    {"rt_sigreturn", ALL, ANY, 0, 0},
    {"rt_sigprocmask", ALL, ANY, 0, 0},
    {"restart_syscall", ALL, ANY, 0, 0},
    {"tgkill", ALL, EQUAL, 2, SIGABRT},
    {"prctl", ALL, EQUAL, 0, PR_SET_NAME},
    {"clock_gettime", ALL, ANY, 0, 0},
    {"gettimeofday", ALL, ANY, 0, 0},
    {"time", ALL, ANY, 0, 0},
    {"nanosleep", ALL, ANY, 0, 0},
    {"clock_nanosleep", ALL, ANY, 0, 0},
    {"read", ALL, ANY, 0, 0},
    {"readv", ALL, ANY, 0, 0},
    {"pread64", ALL, ANY, 0, 0},
    {"pwrite64", ALL, ANY, 0, 0},
    {"write", P | W, ANY, 0, 0},
    {"writev", P | W, ANY, 0, 0},
    {"close", ALL, ANY, 0, 0},
    {"lseek", ALL, ANY, 0, 0},
    {"ftruncate", ALL, ANY, 0, 0},
    {"fstat", ALL, ANY, 0, 0},
    {"poll", ALL, ANY, 0, 0},
    {"ppoll", ALL, ANY, 0, 0},
    {"recvmsg", ALL, ANY, 0, 0},
    {"ioctl", ALL, EQUAL, 1, TCGETS},
    {"ioctl", ALL, EQUAL, 1, TIOCGWINSZ},
    /* an interface, as capture/live.c asks for it by its packet socket */
    {"ioctl", P | R, EQUAL, 1, SIOCGIFNAME},
    {"ioctl", P | R, EQUAL, 1, SIOCGIFFLAGS},
    {"ioctl", P | R, EQUAL, 1, SIOCGIFHWADDR},
    {"ioctl", P | R, EQUAL, 1, SIOCGIFINDEX},
    {"getsockname", P | R, ANY, 0, 0},
    {"getsockopt", P | R, ANY, 0, 0},
    {"bind", P, ANY, 0, 0},
    {"setsockopt", P, EQUAL, 1, SOL_PACKET},
    {"setsockopt", P | R, EQUAL, 2, SO_ATTACH_FILTER},
    {"setsockopt", P | R, EQUAL, 2, SO_DETACH_FILTER},
    /* files */
    {"newfstatat", P | W, ANY, 0, 0},
    /* fstat, of glibc 2.33 on */
    {"newfstatat", R | S | T | M, EQUAL, 3, AT_EMPTY_PATH},
    {"statx", P | W, ANY, 0, 0},
    {"stat", P | W, ANY, 0, 0},
    {"lstat", P | W, ANY, 0, 0},
    {"access", P | W, ANY, 0, 0},
    {"faccessat", P | W, ANY, 0, 0},
    {"faccessat2", P | W, ANY, 0, 0},
    {"open", P | W, ANY, 0, 0},
    {"openat", P | W, ANY, 0, 0},
    {"fcntl", P | W, ANY, 0, 0},
    {"fcntl", R, EQUAL, 1, F_GETFL},
    {"getdents64", P | W, ANY, 0, 0},
    {"statfs", P | W, ANY, 0, 0},
    {"fstatfs", P | W, ANY, 0, 0},
    {"readlink", P | W, ANY, 0, 0},
    {"readlinkat", P | W, ANY, 0, 0},
    {"getcwd", P | W, ANY, 0, 0},
    {"umask", P | W, ANY, 0, 0},
    {"geteuid", P | W, ANY, 0, 0},
    {"getuid", P | W, ANY, 0, 0},
    {"getppid", P | W, ANY, 0, 0},
    {"rename", W, ANY, 0, 0},
    {"renameat", W, ANY, 0, 0},
    {"renameat2", W, ANY, 0, 0},
    {"linkat", W, ANY, 0, 0},
    {"unlink", W, ANY, 0, 0},
    {"unlinkat", W, ANY, 0, 0},
    {"fsync", W, ANY, 0, 0},
    {"fdatasync", W, ANY, 0, 0},
    {"flock", P | W, ANY, 0, 0},
    {"fchmod", W, ANY, 0, 0},
    {"utimensat", W, ANY, 0, 0},
    {"fallocate", W, ANY, 0, 0},
    {"clone", W, WITH, 0, CLONE_THREAD}, /* the compressor's */
    {"setpriority", W, ANY, 0, 0},
    {"getpriority", W, ANY, 0, 0},
    {"ioprio_set", W, ANY, 0, 0},
    {"sched_setscheduler", W, ANY, 0, 0},
    {"capget", W, ANY, 0, 0},
    {"capset", W, ANY, 0, 0}, /* to give up what it does not have */
    /* the mail template: workers, whose own list comes on top of this one; and what that takes */
    {"clone", T, WITHOUT, 0, CLONE_THREAD | NAMESPACES},
    {"socketpair", T, EQUAL, 0, AF_UNIX},
    {"write", T, ANY, 0, 0},
    {"fcntl", T, ANY, 0, 0},
    {"wait4", T, ANY, 0, 0},
    {"rt_sigaction", T, ANY, 0, 0},
    {"seccomp", T, ANY, 0, 0},
    {"prctl", T, EQUAL, 0, PR_SET_PDEATHSIG},
    {"prctl", T, EQUAL, 0, PR_SET_NO_NEW_PRIVS},
    {"prlimit64", T, ANY, 0, 0},
    {"setitimer", T | M, ANY, 0, 0},
    /* the parent: children, descriptors, databases, interfaces, the service manager */
    {"wait4", P, ANY, 0, 0},
    {"kill", P, ANY, 0, 0},
    {"sendmsg", P, ANY, 0, 0},
    {"sendto", P | S, ANY, 0, 0},
    {"socket", P, ANY, 0, 0},
    /* ... and names in a filter that is compiled again */
    {"connect", P, ANY, 0, 0},
    {"sendmmsg", P, ANY, 0, 0},
    {"recvmmsg", P, ANY, 0, 0},
    {"getpeername", P, ANY, 0, 0},
    {"uname", P, ANY, 0, 0},
    {"mmap", P, ANY, 0, 0},
    {"mprotect", P, ANY, 0, 0},
    {"memfd_create", P, ANY, 0, 0},
    {"sendfile", P, ANY, 0, 0},
    {"ioctl", P, EQUAL, 1, SIOCETHTOOL},
    {"recvfrom", P, ANY, 0, 0},
};

static const char *const names[SANDBOX_ROLES] = {"parent", "parser",        "writer",
                                                 "sender", "mail template", "mail worker"};

const char *sandbox_role_name(enum sandbox_role role)
{
    return names[role];
}

const char *sandbox_call_name(int number)
{
    static char name[32];
    char *found = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);

    snprintf(name, sizeof name, "%s", found ? found : "?");
    free(found);
    return name;
}

/* --- switches --- */

void sandbox_switch_off(void)
{
    off = true;
}

bool sandbox_is_on(void)
{
    return BUILD_CAN && !off;
}

/* --- limits --- */

/* In a thread, whose heap glibc makes smaller again. */
static gpointer use_heap(gpointer context)
{
    void *pieces[HEAP_PIECES];

    (void)context;
    for (int i = 0; i < HEAP_PIECES; i++)
        pieces[i] = mem_new(HEAP_PIECE);
    for (int i = HEAP_PIECES; i-- > 0;)
        mem_free(pieces[i]);
    return NULL;
}

/* free(3) in a thread opens /proc/sys/vm/overcommit_memory at its first use of this kind, which
 * children inherit. */
void sandbox_prepare(void)
{
    static bool done;

    if (!done && sandbox_is_on()) /* LeakSanitizer stumbles over threads that have just ended */
        g_thread_join(g_thread_new("heap", use_heap, NULL));
    done = true;
}

/* What opens files at its first use: strftime /etc/localtime; g_strerror the charset's name, and
 * its converter. */
static void warm_up(void)
{
    sandbox_prepare();
    tzset();
    g_free(g_locale_to_utf8("-", -1, NULL, NULL, NULL));
}

bool sandbox_limits(struct failure *why)
{
    warm_up();
    if (!sandbox_is_on())
        return true;
    if (setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failure_set(why, "sandbox: cannot set limits: %s", strerror(errno));
    return true;
}

/* --- Landlock: linux/landlock.h of Debian 12 knows ABI 2 --- */

#define ACCESS_TRUNCATE  (UINT64_C(1) << 14) /* ABI 3 */
#define ACCESS_IOCTL_DEV (UINT64_C(1) << 15) /* ABI 5 */
#define NET_BIND_CONNECT UINT64_C(3)         /* ABI 4: TCP */
#define SCOPES           UINT64_C(3)         /* ABI 6: abstract Unix sockets, signals */

struct ruleset { /* as ABI 6 has it; older kernels take a shorter one */
    uint64_t files, net, scopes;
};

static long landlock_abi(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static uint64_t all_file_rights(long abi)
{
    uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

    if (abi >= 2)
        rights |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3)
        rights |= ACCESS_TRUNCATE;
    if (abi >= 5)
        rights |= ACCESS_IOCTL_DEV;
    return rights;
}

static size_t ruleset_bytes(long abi)
{
    if (abi >= 6)
        return sizeof(struct ruleset);
    return abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

static bool allow_folder(int ruleset, int folder, uint64_t handled)
{
    uint64_t rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                      LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                      LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | ACCESS_TRUNCATE;
    struct landlock_path_beneath_attr beneath = {.allowed_access = rights & handled,
                                                 .parent_fd = folder};

    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
}

bool sandbox_files(const int *folders, unsigned n, struct failure *why)
{
    long abi = sandbox_is_on() ? landlock_abi() : 0;
    struct ruleset all = {all_file_rights(abi), NET_BIND_CONNECT, SCOPES};
    bool good;
    int fd;

    if (abi <= 0)
        return true;
    fd = (int)syscall(SYS_landlock_create_ruleset, &all, ruleset_bytes(abi), 0);
    good = fd >= 0;
    for (unsigned i = 0; i < n && good; i++)
        good = allow_folder(fd, folders[i], all.files);
    good = good && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    if (!good)
        failure_set(why, "sandbox: Landlock is refused: %s; --sandbox off goes on without",
                    strerror(errno));
    if (fd >= 0)
        close(fd);
    return good;
}

/* --- seccomp --- */

static atomic_int *violation;

/* Of a process that has no parent here, and nothing that may be called in a handler. */
static void tell(int call)
{
    char text[] = "potsherd: system call       is not in the list of this process, which ends\n";

    for (size_t at = strlen("potsherd: system call 0000"); call > 0; call /= 10)
        text[at--] = (char)('0' + call % 10);
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
}

/* Nothing can replace this handler: rt_sigaction is in no list. */
static void on_violation(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    if (violation)
        atomic_store(violation, info->si_syscall ? info->si_syscall : -1);
    else
        tell(info->si_syscall);
    _exit(EXIT_VIOLATION);
}

static int add(scmp_filter_ctx filter, const struct rule *r)
{
    int call = seccomp_syscall_resolve_name(r->call);

    if (call < 0) /* another architecture has no such call */
        return 0;
    switch (r->condition) {
    case EQUAL:
        return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
                                SCMP_CMP(r->argument, SCMP_CMP_EQ, r->value, 0));
    case WITHOUT:
        return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
                                SCMP_CMP(r->argument, SCMP_CMP_MASKED_EQ, r->value, 0));
    case WITH:
        return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
                                SCMP_CMP(r->argument, SCMP_CMP_MASKED_EQ, r->value, r->value));
    default:
        return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
    }
}

static int add_writes(scmp_filter_ctx filter, const struct sandbox_calls *calls)
{
    unsigned role = 1U << calls->role;
    int result = 0;

    if (!(role & (R | S | T | M)))
        return 0;
    if (journal_descriptor() >= 0)
        result =
            add(filter, &(struct rule){"write", role, EQUAL, 0, (uint64_t)journal_descriptor()});
    for (unsigned i = 0; i <= calls->write_count && !result; i++) {
        uint64_t fd = i ? (uint64_t)calls->writes[i - 1] : STDERR_FILENO;
        const struct rule to[] = {{"write", role, EQUAL, 0, fd}, {"sendmsg", role, EQUAL, 0, fd}};

        result = add(filter, &to[0]);
        if (!result && i)
            result = add(filter, &to[1]);
    }
    return result;
}

static int add_all(scmp_filter_ctx filter, const struct sandbox_calls *calls)
{
    int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

    for (size_t i = 0; i < sizeof rules / sizeof *rules && !result; i++)
        if (rules[i].roles & 1U << calls->role)
            result = add(filter, &rules[i]);
    if (!result) /* its flags cannot be looked at; glibc goes on with clone */
        result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    return result ? result : add_writes(filter, calls);
}

bool sandbox_calls(const struct sandbox_calls *calls, struct failure *why)
{
    struct sigaction action = {.sa_sigaction = on_violation, .sa_flags = SA_SIGINFO};
    scmp_filter_ctx filter;
    int result;

    if (!sandbox_is_on())
        return true;
    violation = calls->violation;
    sigaction(SIGSYS, &action, NULL);
    filter = seccomp_init(SCMP_ACT_TRAP);
    result = filter ? add_all(filter, calls) : -ENOMEM;
    if (!result)
        result = seccomp_load(filter);
    seccomp_release(filter);
    return !result ||
           failure_set(why, "sandbox: seccomp is refused: %s; --sandbox off goes on without",
                       strerror(-result));
}

/* --- what there is --- */

bool sandbox_has_landlock(void)
{
    return !BUILD_CAN || landlock_abi() > 0;
}

void sandbox_describe(struct buf *out)
{
    long abi = landlock_abi();
    char text[64];

    if (!BUILD_CAN)
        buf_append_text(out, "none: this is a build with sanitizers");
    else if (abi > 0)
        snprintf(text, sizeof text, "seccomp, Landlock ABI %ld", abi);
    else
        snprintf(text, sizeof text, "seccomp; the kernel has no Landlock");
    if (BUILD_CAN)
        buf_append_text(out, text);
}

/* Whether a rule before, or one without a condition behind, is of the same call. */
static bool is_listed(size_t i, enum sandbox_role role, bool *always)
{
    bool before = false;

    *always = false;
    for (size_t j = 0; j < sizeof rules / sizeof *rules; j++)
        if (rules[j].roles & 1U << role && !strcmp(rules[j].call, rules[i].call)) {
            before = before || j < i;
            *always = *always || rules[j].condition == ANY;
        }
    return before;
}

void sandbox_list(enum sandbox_role role, struct buf *out)
{
    bool always;

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!(rules[i].roles & 1U << role) || is_listed(i, role, &always))
            continue;
        if (out->len)
            buf_append_text(out, " ");
        buf_append_text(out, rules[i].call);
        if (!always)
            buf_append_text(out, "*");
    }
    if (1U << role & (R | S | T | M))
        buf_append_text(out, " write* sendmsg*");
}
