/*
 * flockfault - runs a program whose flock(2) does not do what it should, as on some shared file systems.
 *
 *   flockfault ENOSYS|ENOLCK|EOPNOTSUPP|EACCES   every call fails with that error
 *   flockfault granted                           every call succeeds and locks nothing
 *   flockfault hangs                             no call ever returns: the lock server is gone
 *
 * followed by the program and its arguments. A seccomp filter answers in the kernel's place: no library call can get around it, no debugger slows
 * the program down, and its children inherit it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct { const char *word; unsigned answer; } answers[] = {
    { "ENOSYS", SECCOMP_RET_ERRNO | ENOSYS },         { "ENOLCK", SECCOMP_RET_ERRNO | ENOLCK },
    { "EOPNOTSUPP", SECCOMP_RET_ERRNO | EOPNOTSUPP }, { "EACCES", SECCOMP_RET_ERRNO | EACCES },
    { "granted", SECCOMP_RET_ERRNO },                 { "hangs", SECCOMP_RET_USER_NOTIF },
};

static void die(const char *what) {
    perror(what);
    exit(125);
}

/* Holds the other end of the filter and never answers, until the program ends. */
static void hold(void) {
    pid_t program = getpid();
    pid_t holder = fork();
    if (holder < 0) die("fork");
    if (holder > 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != program) _exit(0);
    close(0);
    close(1);
    close(2);
    for (;;) pause();
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: flockfault WORD PROGRAM [ARGUMENT]...\n");
        return 125;
    }
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (strcmp(argv[1], answers[i].word) != 0) continue;
        struct sock_filter filter[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_flock, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, answers[i].answer),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
        int hangs = answers[i].answer == SECCOMP_RET_USER_NOTIF;
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) die("no_new_privs");
        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, hangs ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0, &program) < 0) die("seccomp");
        if (hangs) hold();
        execvp(argv[2], argv + 2);
        die(argv[2]);
    }
    fprintf(stderr, "flockfault: unknown word %s\n", argv[1]);
    return 125;
}
