// Idle OpenMP threads spin by default, which costs several times the run time on shared machines.
// libgomp reads its settings when it is loaded, before main(); the functions in .preinit_array run
// before that. A setting of the user's own wins.
#include <cstdlib>

namespace {

void set_openmp_policy(int, char**, char**) {
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
}

}  // namespace

__attribute__((section(".preinit_array"),
               used)) void (*const kSetOpenmpPolicy)(int, char**, char**) = set_openmp_policy;
