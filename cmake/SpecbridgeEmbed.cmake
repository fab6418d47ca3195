# specbridge_embed(<target> HEADER <header> FILES <function>=<file>...)
# Makes the bytes of files part of a target: <header> declares std::string_view <function>().
function(specbridge_embed target)
  cmake_parse_arguments(ARG "" "HEADER" "FILES" ${ARGN})
  foreach(entry IN LISTS ARG_FILES)
    string(REGEX MATCH "^([a-z_]+)=(.*)$" _ "${entry}")
    set(name "${CMAKE_MATCH_1}")
    set(file "${CMAKE_MATCH_2}")
    set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cpp")
    add_custom_command(OUTPUT "${output}"
      COMMAND "${CMAKE_COMMAND}" "-DINPUT=${file}" "-DOUTPUT=${output}" "-DNAME=${name}"
              "-DHEADER=${ARG_HEADER}" -P "${PROJECT_SOURCE_DIR}/cmake/EmbedFile.cmake"
      DEPENDS "${file}" "${PROJECT_SOURCE_DIR}/cmake/EmbedFile.cmake"
      COMMENT "Embedding ${file}" VERBATIM)
    target_sources(${target} PRIVATE "${output}")
    set_source_files_properties("${output}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endfunction()
