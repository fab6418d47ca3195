# What keeps a clean build short. The dev and fuzz builds do without, so that a file that forgets an include does not
# compile there.
option(SPECBRIDGE_PRECOMPILE "Precompile LibTorch's headers" ON)

# specbridge_precompile_torch(<target> <source>...): the sources that include LibTorch parse its headers once for all.
# Loading them costs the other sources more than it saves, so these are compiled as they are.
function(specbridge_precompile_torch target)
  if(NOT SPECBRIDGE_PRECOMPILE)
    return()
  endif()
  if(target STREQUAL specbridge_nn)
    target_precompile_headers(${target} PRIVATE <torch/script.h>)
  else()
    target_precompile_headers(${target} REUSE_FROM specbridge_nn)
  endif()
  get_target_property(others ${target} SOURCES)
  list(REMOVE_ITEM others ${ARGN})
  set_source_files_properties(${others} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  # Without this the compiler cache does not see what was precompiled.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endfunction()

# specbridge_optimise_little(<target>): for code that is run once, such as the reading of options, and for tests.
function(specbridge_optimise_little target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()
