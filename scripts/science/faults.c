// Loaded before the program (LD_PRELOAD) by kill_campaign.py: at the N-th of the calls that make an output durable or
// visible (fsync, rename, renameat2, unlink, mkdir), before or after it, the process is sent a signal. Environment:
// FAULT_AT the number of the call, from 1 (0: only count them), FAULT_AFTER 1 to let the call happen first,
// FAULT_SIGNAL the signal, FAULT_COUNT a file that gets the number of calls, FAULT_NO_EXCHANGE 1 to answer exchanges of
// folders as a file system without them does.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int calls;

static int number(const char* name) {
  const char* text = getenv(name);
  return text == NULL ? 0 : atoi(text);
}

static void strike(int call, int after) {
  if (call == number("FAULT_AT") && after == number("FAULT_AFTER")) kill(getpid(), number("FAULT_SIGNAL"));
}

__attribute__((destructor)) static void count(void) {
  const char* path = getenv("FAULT_COUNT");
  if (path == NULL) return;
  FILE* file = fopen(path, "w");
  if (file == NULL) return;
  fprintf(file, "%d\n", atomic_load(&calls));
  fclose(file);
}

// The program leaves by _exit(), which runs no destructors.
void _exit(int code) {
  count();
  syscall(SYS_exit_group, code);
  __builtin_unreachable();
}

#define AROUND(type, name, parameters, arguments)                        \
  type name parameters {                                                 \
    static type(*real) parameters;                                       \
    if (real == NULL) real = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
    const int call = atomic_fetch_add(&calls, 1) + 1;                    \
    strike(call, 0);                                                     \
    const type result = real arguments;                                  \
    const int error = errno;                                             \
    strike(call, 1);                                                     \
    errno = error;                                                       \
    return result;                                                       \
  }

AROUND(int, fsync, (int fd), (fd))
AROUND(int, rename, (const char* from, const char* to), (from, to))
AROUND(int, unlink, (const char* path), (path))
AROUND(int, unlinkat, (int fd, const char* path, int flags), (fd, path, flags))
AROUND(int, mkdir, (const char* path, mode_t mode), (path, mode))

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  static int (*real)(int, const char*, int, const char*, unsigned);
  if (real == NULL) real = (int (*)(int, const char*, int, const char*, unsigned))dlsym(RTLD_NEXT, "renameat2");
  if (number("FAULT_NO_EXCHANGE")) {
    errno = EINVAL;
    return -1;
  }
  const int call = atomic_fetch_add(&calls, 1) + 1;
  strike(call, 0);
  const int result = real(from_folder, from, to_folder, to, flags);
  const int error = errno;
  strike(call, 1);
  errno = error;
  return result;
}
