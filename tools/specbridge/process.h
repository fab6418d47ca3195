#pragma once

namespace specbridge::tool {

/// Makes the end of a process for want of memory, in whatever library or thread, one with a line
/// and an exit code of the program. Called before libraries are initialised.
void guard_against_want_of_memory();

/// The same for a mapped file that is cut off, for a limit on file sizes, and for a reader of
/// standard output that goes away: what was written in part is to be removed.
void guard_process();

/// Ends the process without the exit handlers of libraries: their threads may be stuck, and
/// LibTorch takes a tenth of a second to put away what ends anyway.
[[noreturn]] void leave(int code);

}  // namespace specbridge::tool
