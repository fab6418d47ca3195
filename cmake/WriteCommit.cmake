# Writes a source file that knows the commit of a checkout, and touches it only when that has changed: of what is
# built, only this file follows a new commit.
# usage: cmake -DSOURCE_DIR=... -DOUTPUT=... -P WriteCommit.cmake
set(commit "")
set(modified false)
find_program(GIT git)
if(GIT)
  execute_process(COMMAND "${GIT}" -C "${SOURCE_DIR}" rev-parse --show-toplevel OUTPUT_VARIABLE top
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  # A copy without a repository may lie inside another project's.
  file(REAL_PATH "${SOURCE_DIR}" source)
  if(top AND top STREQUAL source)
    execute_process(COMMAND "${GIT}" -C "${SOURCE_DIR}" rev-parse HEAD OUTPUT_VARIABLE commit
                    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND "${GIT}" -C "${SOURCE_DIR}" diff-index --quiet HEAD -- RESULT_VARIABLE differs ERROR_QUIET)
    if(differs)
      set(modified true)
    endif()
  endif()
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT [[
#include "manual/commit.h"

namespace specbridge::tool {

std::string_view built_commit() {
  return "@commit@";
}

bool built_from_modified_files() {
  return @modified@;
}

}  // namespace specbridge::tool
]] @ONLY)
