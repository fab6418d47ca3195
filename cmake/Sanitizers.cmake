# AddressSanitizer and UndefinedBehaviorSanitizer for a whole build tree (preset dev).
option(SPECBRIDGE_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
if(SPECBRIDGE_SANITIZE)
  # vptr needs RTTI of classes that live in libraries built without the sanitizer.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # GCC 12 warns falsely of std::regex under the sanitizers
  add_link_options(-fsanitize=address,undefined)
endif()

# libFuzzer drives the targets of tests/fuzz (preset fuzz; needs Clang).
option(SPECBRIDGE_LIBFUZZER "Instrument for libFuzzer" OFF)
if(SPECBRIDGE_LIBFUZZER)
  add_compile_options(-fsanitize=fuzzer-no-link -Wno-unknown-warning-option)
endif()
