#include "base/err.h"
#include "base/priv.h"

#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>

/* What sockets, DPDK's ports, the control socket and a reload call; calls that are not on this
 * architecture are passed over. */
static const char *const allowed[] = {
    /* packets and waiting */
    "read", "readv", "write", "writev", "pread64", "pwrite64", "recvfrom", "recvmsg", "recvmmsg",
    "sendto", "sendmsg", "sendmmsg", "accept", "accept4", "connect", "shutdown", "getsockname",
    "getpeername", "getsockopt", "setsockopt", "poll", "ppoll", "select", "pselect6",
    "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd2", "futex",
    "clock_nanosleep", "nanosleep", "ioctl",
    /* files, read; the control socket, removed; the operator's blocks, written */
    "open", "openat", "close", "close_range", "fstat", "stat", "lstat", "newfstatat", "statx",
    "lseek", "access", "faccessat", "faccessat2", "getdents64", "readlink", "readlinkat", "getcwd",
    "fcntl", "fsync", "fchmod", "umask", "rename", "renameat", "renameat2", "flock", "fadvise64",
    "statfs", "fstatfs", "unlink", "unlinkat", "dup", "dup2", "dup3", "pipe2",
    /* memory, time, threads, signals, the end */
    "brk", "mremap", "munmap", "madvise", "mlock", "munlock", "ftruncate", "fallocate",
    "clock_gettime", "clock_getres", "gettimeofday", "time", "getrandom", "getpid", "gettid",
    "getuid", "geteuid", "getgid", "getegid", "getrusage", "sysinfo", "uname", "set_robust_list",
    "get_robust_list", "rseq", "sched_yield", "sched_getaffinity", "sched_setaffinity",
    "sched_getparam", "sched_getscheduler", "prlimit64", "getcpu", "membarrier", "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sigaltstack", "tgkill", "restart_syscall",
    "exit", "exit_group"};

/* What computing with open files calls.  newfstatat is how glibc asks about a descriptor. */
static const char *const jailed[] = {"read", "readv", "write", "writev", "pread64", "pwrite64",
    "lseek", "ftruncate", "fstat", "newfstatat", "fcntl", "dup", "close", "fadvise64", "brk",
    "mremap", "munmap", "madvise", "futex", "clock_gettime", "clock_getres", "gettimeofday", "time",
    "getrandom", "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getrusage",
    "sysinfo", "uname", "rseq", "sched_yield", "sched_getaffinity", "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "tgkill", "restart_syscall", "exit",
    "exit_group"};

/* Only somebody else's code would call these. */
static const char *const deadly[] = {"execve", "execveat", "ptrace", "process_vm_readv",
    "process_vm_writev", "init_module", "finit_module", "delete_module", "kexec_load",
    "kexec_file_load", "reboot"};

static int
add(scmp_filter_ctx f, uint32_t action, const char *const *name, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int call = seccomp_syscall_resolve_name(name[i]);
		int rc =
		    call == __NR_SCMP_ERROR || call < 0 ? 0 : seccomp_rule_add(f, action, call, 0);

		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Memory, but no code that was written here. */
static int
add_memory(scmp_filter_ctx f)
{
	int rc = seccomp_rule_add(
	    f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return rc;
}

/* Calls that depend on what they are given: threads but no processes, and of new sockets those of
 * sd_notify(3) and of interface queries. */
static int
add_conditions(scmp_filter_ctx f)
{
	static const int domains[] = {AF_UNIX, AF_INET, AF_NETLINK};
	int rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));

	/* Its flags are in memory that a filter cannot read; glibc goes on with clone. */
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	for (size_t i = 0; rc == 0 && i < sizeof(domains) / sizeof(domains[0]); i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)domains[i], 0));
	return rc;
}

static int
load(const char *const *calls, size_t n, int (*conditions)(scmp_filter_ctx f))
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc;

	if (!f)
		return -ENOMEM;
	rc = seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1);
	if (rc == 0) /* a kernel before 4.14 cannot log; that is no reason to go without */
		seccomp_attr_set(f, SCMP_FLTATR_CTL_LOG, 1);
	if (rc == 0)
		rc = add(f, SCMP_ACT_ALLOW, calls, n);
	if (rc == 0)
		rc = add(f, SCMP_ACT_KILL_PROCESS, deadly, sizeof(deadly) / sizeof(deadly[0]));
	if (rc == 0)
		rc = add_memory(f);
	if (rc == 0 && conditions)
		rc = conditions(f);
	if (rc == 0)
		rc = seccomp_load(f);
	seccomp_release(f);
	return rc;
}

int
priv_filter(void)
{
	/* pthread_cancel, which DPDK ends its threads with, loads this library when it is first
	 * called and aborts when it cannot.  Kept open. */
	dlopen("libgcc_s.so.1", RTLD_NOW);
	return load(allowed, sizeof(allowed) / sizeof(allowed[0]), add_conditions);
}

int
priv_jail(void)
{
	return load(jailed, sizeof(jailed) / sizeof(jailed[0]), NULL);
}
