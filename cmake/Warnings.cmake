# Our own code compiles without a warning; third-party headers are SYSTEM and not judged.
function(target_enable_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                         -Woverloaded-virtual -Wimplicit-fallthrough -Werror
                         -Wno-restrict)  # GCC 12 warns falsely of overlapping copies inside std::string
endfunction()
