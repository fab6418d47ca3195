include(GoogleTest)

# specbridge_add_test(<name> SOURCES <files...> LINK <targets...> [TORCH <files...>])
# TORCH names the sources that include LibTorch.
# One executable per folder of tests; each case becomes a CTest test named <name>.<Suite>.<Case>.
# With sanitizers a start of the program costs more than most cases: there the executable is one test,
# <name>, and leaves its cases in test-reports/<name>.xml.
function(specbridge_add_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;TORCH" ${ARGN})
  string(REPLACE "." "_" target "${name}_test")
  add_executable(${target} ${ARG_SOURCES})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE ${ARG_LINK} specbridge_test_support GTest::gtest_main)
  target_enable_warnings(${target})
  specbridge_optimise_little(${target})
  if(ARG_TORCH)
    specbridge_precompile_torch(${target} ${ARG_TORCH})
  else()
    specbridge_precompile(${target} REUSE_FROM specbridge_test_support)
  endif()
  if(SPECBRIDGE_SANITIZE)
    add_test(NAME ${name} COMMAND ${target} --gtest_brief=1
      "--gtest_output=xml:${PROJECT_BINARY_DIR}/test-reports/${name}.xml")
    set_tests_properties(${name} PROPERTIES TIMEOUT 1800)
    return()
  endif()
  gtest_discover_tests(${target} TEST_PREFIX "${name}." NO_PRETTY_VALUES DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 600)
endfunction()
