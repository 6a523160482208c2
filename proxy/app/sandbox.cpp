// The filter of system calls. seccomp(2), libseccomp. The list was found by strace(1) of proxies of the test suite;
// docs/decisions/0006 says how to do it again. Covered by tests/unit/app/sandbox_test.cpp and
// tests/hostile/secrets/rights_test.py.
#include "app/sandbox.hpp"

#if defined(TELLTALE_SECCOMP)
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#endif

namespace telltale::app {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

std::string_view sandbox_missing() {
  return "a build with sanitizers, which need calls of their own";
}
Result<void> enter_sandbox() {
  return fail(Errc::sandbox_unavailable, std::string(sandbox_missing()));
}

#elif !defined(TELLTALE_SECCOMP)

std::string_view sandbox_missing() {
  return "built without libseccomp";
}
Result<void> enter_sandbox() {
  return fail(Errc::sandbox_unavailable, std::string(sandbox_missing()));
}

#else

namespace {

// By name, since not every machine has each of them.
constexpr const char* allowed[] = {
    // memory and threads
    "brk", "madvise", "mremap", "munmap", "membarrier", "futex", "futex_waitv", "get_robust_list", "set_robust_list",
    "rseq", "set_tid_address", "arch_prctl", "sched_yield", "sched_getaffinity", "sched_getparam", "sched_getscheduler",
    "getcpu", "exit", "exit_group", "restart_syscall", "mlock", "munlock",
    // signals
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "rt_sigpending", "rt_sigsuspend",
    "sigaltstack", "pause",
    // time and chance
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "getrandom",
    "timerfd_create", "timerfd_settime", "timerfd_gettime",
    // waiting
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2",
    "poll", "ppoll", "select", "pselect6", "pipe", "pipe2",
    // connections
    "accept", "accept4", "bind", "connect", "listen", "getsockname", "getpeername", "getsockopt", "setsockopt",
    "shutdown", "recv", "recvfrom", "recvmsg", "recvmmsg", "send", "sendto", "sendmsg", "sendmmsg",
    // files: captures, reload, rotation, the resolver's and the trust store's
    "read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "pwritev", "open", "openat", "close",
    "close_range", "dup", "dup2", "dup3", "fcntl", "flock", "lseek", "_llseek", "stat", "fstat", "lstat", "stat64",
    "fstat64", "lstat64", "newfstatat", "fstatat64", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2",
    "getdents", "getdents64", "readlink", "readlinkat", "getcwd", "mkdir", "mkdirat", "link", "linkat", "unlink",
    "unlinkat", "rmdir", "rename", "renameat", "renameat2", "ftruncate", "ftruncate64", "fallocate", "fadvise64",
    "fsync", "fdatasync", "sync_file_range", "chmod", "fchmod", "fchmodat", "umask", "utimensat", "copy_file_range",
    "sendfile", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
    // what we are
    "getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups",
    "getpgrp", "getpgid", "getsid", "getrlimit", "ugetrlimit", "getrusage", "uname", "sysinfo"};

// No proxy calls these, and no library does on its behalf.
constexpr const char* deadly[] = {"execve",
                                  "execveat",
                                  "fork",
                                  "vfork",
                                  "ptrace",
                                  "process_vm_readv",
                                  "process_vm_writev",
                                  "process_madvise",
                                  "kcmp",
                                  "pidfd_getfd",
                                  "setuid",
                                  "setgid",
                                  "setreuid",
                                  "setregid",
                                  "setresuid",
                                  "setresgid",
                                  "setgroups",
                                  "setfsuid",
                                  "setfsgid",
                                  "capset",
                                  "mount",
                                  "umount2",
                                  "move_mount",
                                  "open_tree",
                                  "fsopen",
                                  "fsmount",
                                  "fsconfig",
                                  "pivot_root",
                                  "chroot",
                                  "setns",
                                  "unshare",
                                  "init_module",
                                  "finit_module",
                                  "delete_module",
                                  "kexec_load",
                                  "kexec_file_load",
                                  "bpf",
                                  "perf_event_open",
                                  "userfaultfd",
                                  "keyctl",
                                  "add_key",
                                  "request_key",
                                  "reboot",
                                  "swapon",
                                  "swapoff",
                                  "acct",
                                  "settimeofday",
                                  "clock_settime",
                                  "clock_adjtime",
                                  "adjtimex",
                                  "sethostname",
                                  "setdomainname",
                                  "iopl",
                                  "ioperm",
                                  "modify_ldt",
                                  "personality",
                                  "open_by_handle_at",
                                  "io_uring_setup",
                                  "io_uring_enter",
                                  "io_uring_register",
                                  "quotactl",
                                  "syslog",
                                  "vhangup",
                                  "memfd_secret"};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

tl::unexpected<Error> refused(std::string_view what, int error) {
  return fail(Errc::sandbox_unavailable, fmt::format("{}: {}", what, std::generic_category().message(-error)));
}

scmp_arg_cmp equal(unsigned argument, scmp_datum_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

/// Adds rules one by one; the first refusal stays.
class Rules {
 public:
  explicit Rules(void* filter) : filter_(filter) {}

  template <class... Compare>
  void add(std::uint32_t action, const char* name, Compare... compare) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) return;  // newer than the library
    const int done = seccomp_rule_add(filter_, action, number, sizeof...(compare), compare...);
    // A call that this machine does not have cannot be made.
    const bool is_absent = number < 0 && (done == -EDOM || done == -EINVAL);
    if (done != 0 && !is_absent && error_ == 0) error_ = done;
  }
  [[nodiscard]] int error() const { return error_; }

 private:
  void* filter_;
  int error_ = 0;
};

// Calls that are fine with some arguments only.
void add_narrow_rules(Rules& rules) {
  const auto us = static_cast<scmp_datum_t>(::getpid());
  // Threads, no processes. (clone3 hides its flags in memory: glibc falls back to this one.)
  rules.add(SCMP_ACT_ALLOW, "clone", masked(0, CLONE_THREAD, CLONE_THREAD));
  rules.add(SCMP_ACT_KILL_PROCESS, "clone", masked(0, CLONE_THREAD, 0));
  rules.add(SCMP_ACT_ALLOW, "kill", equal(0, us));  // the drain wakes the main thread
  rules.add(SCMP_ACT_ALLOW, "tgkill", equal(0, us));
  // Nothing that can be written can be run.
  constexpr scmp_datum_t write_and_run = PROT_WRITE | PROT_EXEC;
  for (const char* const name : {"mmap", "mmap2"})
    for (const scmp_datum_t rights : {scmp_datum_t{0}, scmp_datum_t{PROT_WRITE}, scmp_datum_t{PROT_EXEC}})
      rules.add(SCMP_ACT_ALLOW, name, masked(2, write_and_run, rights));
  rules.add(SCMP_ACT_ALLOW, "mprotect", masked(2, PROT_EXEC, 0));
  // The resolver asks the kernel for our addresses by netlink, and nscd by a Unix socket.
  constexpr scmp_datum_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
  for (const scmp_datum_t family : families) rules.add(SCMP_ACT_ALLOW, "socket", equal(0, family));
  rules.add(SCMP_ACT_ALLOW, "socketpair", equal(0, AF_UNIX));
  constexpr scmp_datum_t requests[] = {FIONBIO, FIONREAD, TCGETS, TIOCGWINSZ};
  for (const scmp_datum_t request : requests) rules.add(SCMP_ACT_ALLOW, "ioctl", equal(1, request));
  constexpr scmp_datum_t options[] = {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_GET_NO_NEW_PRIVS};
  for (const scmp_datum_t option : options) rules.add(SCMP_ACT_ALLOW, "prctl", equal(0, option));
  rules.add(SCMP_ACT_ALLOW, "prlimit64", equal(2, 0));  // asked, not set
}

}  // namespace

std::string_view sandbox_missing() {
  return {};
}

Result<void> enter_sandbox() {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  if (!filter) return refused("libseccomp", -ENOMEM);
  Rules rules(filter.get());
  for (const char* const name : allowed) rules.add(SCMP_ACT_ALLOW, name);
  for (const char* const name : deadly) rules.add(SCMP_ACT_KILL_PROCESS, name);
  add_narrow_rules(rules);
  int error = rules.error();
  if (error == 0) error = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (error == 0) error = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);  // the threads that are there too
  if (error != 0) return refused("libseccomp", error);
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a tree instead of a list, where the library has it
  if (error = seccomp_load(filter.get()); error != 0) return refused("the kernel refuses the filter", error);
  return {};
}

#endif

}  // namespace telltale::app
