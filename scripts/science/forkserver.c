// Loaded before the program (LD_PRELOAD) by corruption_campaign.py: the program with all its libraries is loaded once,
// which takes a third of a second, and then run as often as is asked for, every time by the program's own main() in a
// process of its own. A request on descriptor FORK_REQUESTS is its length (4 bytes) and then texts, each with a zero
// behind it: the folder to run in, the file for standard error, the arguments. The answer on descriptor FORK_ANSWERS is
// the status that waitpid() gives (4 bytes).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kMostBytes = 1 << 16, kMostWords = 256 };

typedef int (*Main)(int, char**, char**);

static Main program_main;
static int running;

static int number(const char* name) {
  const char* text = getenv(name);
  return text == NULL ? -1 : atoi(text);
}

// 1: all of it came
static int read_all(int from, void* bytes, size_t wanted) {
  for (size_t at = 0; at < wanted;) {
    const ssize_t count = read(from, (char*)bytes + at, wanted - at);
    if (count <= 0) return 0;
    at += (size_t)count;
  }
  return 1;
}

static int run(char* request, uint32_t length, char** argv, char** envp) {
  char* words[kMostWords + 1];
  int count = 0;
  for (char* at = request; at < request + length && count < kMostWords; at += strlen(at) + 1) words[count++] = at;
  if (count < 2 || chdir(words[0]) != 0) _exit(125);
  const int errors = open(words[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (errors < 0 || dup2(errors, STDERR_FILENO) < 0) _exit(125);
  close(errors);
  close(number("FORK_REQUESTS"));
  close(number("FORK_ANSWERS"));
  unsetenv("LD_PRELOAD");
  words[1] = argv[0];
  words[count] = NULL;
  running = 1;
  return program_main(count - 1, words + 1, envp);
}

static int serve(int argc, char** argv, char** envp) {
  (void)argc;
  static char request[kMostBytes];
  const int requests = number("FORK_REQUESTS"), answers = number("FORK_ANSWERS");
  uint32_t length = 0;
  while (read_all(requests, &length, sizeof length) && length < kMostBytes && read_all(requests, request, length)) {
    const pid_t child = fork();
    if (child == 0) return run(request, length, argv, envp);
    int32_t status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child) _exit(125);
    if (write(answers, &status, sizeof status) != sizeof status) _exit(125);
  }
  _exit(0);
}

// The destructors of libraries take as long as all the rest; nothing that is written depends on them.
void exit(int code) {
  if (running) {
    fflush(NULL);
    _exit(code);
  }
  ((void (*)(int))dlsym(RTLD_NEXT, "exit"))(code);
  __builtin_unreachable();
}

int __libc_start_main(Main main, int argc, char** argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void* stack_end) {
  typedef int (*Start)(Main, int, char**, void (*)(void), void (*)(void), void (*)(void), void*);
  const Start start = (Start)dlsym(RTLD_NEXT, "__libc_start_main");
  program_main = main;
  return start(serve, argc, argv, init, fini, rtld_fini, stack_end);
}
