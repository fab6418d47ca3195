# specbridge_add_test(<name> SOURCES <files...> LINK <targets...> [TORCH <files...>])
# TORCH names the sources that include LibTorch.
# One executable per folder of tests, and one CTest test <name>: a start of the program costs more than most cases.
# The cases are in test-reports/<name>.xml; --gtest_filter runs some of them.
function(specbridge_add_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;TORCH" ${ARGN})
  string(REPLACE "." "_" target "${name}_test")
  add_executable(${target} ${ARG_SOURCES})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE ${ARG_LINK} specbridge_test_support GTest::gtest_main)
  target_enable_warnings(${target})
  specbridge_optimise_little(${target})
  specbridge_join_sources(${target})
  if(ARG_TORCH)
    specbridge_precompile_torch(${target} ${ARG_TORCH})
  else()
    specbridge_precompile(${target} REUSE_FROM specbridge_test_support)
  endif()
  add_test(NAME ${name} COMMAND ${target} --gtest_brief=1
    "--gtest_output=xml:${PROJECT_BINARY_DIR}/test-reports/${name}.xml")
  set_tests_properties(${name} PROPERTIES TIMEOUT 1800)
endfunction()
