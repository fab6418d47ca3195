// What must be set before libraries are initialised. The functions in .preinit_array run before
// that.
#include <cstdlib>

#include "process.h"

namespace {

void prepare(int, char**, char**) {
  // Idle OpenMP threads spin by default, which costs several times the run time on shared machines.
  // libgomp reads its settings when it is loaded. A setting of the user's own wins.
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
  // Where memory is short, the tables that LibTorch fills at its start are the first to fail.
  specbridge::tool::guard_against_want_of_memory();
}

}  // namespace

__attribute__((section(".preinit_array"), used)) void (*const kPrepare)(int, char**,
                                                                        char**) = prepare;
