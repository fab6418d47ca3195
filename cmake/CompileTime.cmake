# What keeps a clean build short. The dev and fuzz builds do without, so that a file that forgets an include does not
# compile there.
option(SPECBRIDGE_PRECOMPILE "Precompile the headers of LibTorch, RDKit, GoogleTest and CLI11" ON)

# specbridge_precompile(<target> PRIVATE <header>...) or (<target> REUSE_FROM <target>): target_precompile_headers, in
# a way that the compiler cache sees what was precompiled.
function(specbridge_precompile target)
  if(SPECBRIDGE_PRECOMPILE)
    target_precompile_headers(${target} ${ARGN})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()

# specbridge_precompile_torch(<target> <source>...): the sources that include LibTorch parse its headers once for all.
# Loading them costs the other sources more than it saves, so these are compiled as they are.
function(specbridge_precompile_torch target)
  if(target STREQUAL specbridge_nn)
    specbridge_precompile(${target} PRIVATE <torch/script.h>)
  else()
    specbridge_precompile(${target} REUSE_FROM specbridge_nn)
  endif()
  if(NOT SPECBRIDGE_JOIN_SOURCES)
    get_target_property(others ${target} SOURCES)
    list(REMOVE_ITEM others ${ARGN})
    set_source_files_properties(${others} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()

# specbridge_join_sources(<target>): sources are compiled several at a time, because most of the work is that of the
# headers. Names in the unnamed namespaces of one room's sources are therefore different.
option(SPECBRIDGE_JOIN_SOURCES "Compile several sources at a time: a clean build takes half as long" ON)
function(specbridge_join_sources target)
  if(SPECBRIDGE_JOIN_SOURCES)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    # A joined source looks like a header to GCC, and in long ones it sees faults in the standard library that are none.
    # The dev build, which does not join, has these warnings.
    target_compile_options(${target} PRIVATE
      $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage;-Wno-maybe-uninitialized;-Wno-array-bounds;-Wno-stringop-overflow>)
  endif()
endfunction()

# specbridge_optimise_little(<target>): for code that puts parts together and for tests.
function(specbridge_optimise_little target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()
