#pragma once

namespace specbridge::tool {

/// Exit codes of the program; scripts rely on them (README, "Exit codes").
enum ExitCode {
  done = 0,
  nothing_found = 1,
  bad_usage = 2,
  bad_input = 3,
  bad_artifact = 4,
  bad_output = 5,
  bad_resource = 6,
  leak_found = 7,
  internal = 70,
  interrupted = 130,
  reader_gone = 141,
};

}  // namespace specbridge::tool
