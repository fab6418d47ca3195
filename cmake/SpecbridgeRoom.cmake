include(Warnings)

# specbridge_room(<name> SOURCES ... LINK <rooms...> [API <headers...>] [PRIVATE <third parties...>]
#                 [PUBLIC <third parties...>])
# One static target per room of src/. A room links only what stands below it (docs/architecture.md);
# third parties stay private unless a header of the room shows them to the rooms that the design
# names. API are the headers of include/specbridge/ whose code is in this room.
function(specbridge_room name)
  cmake_parse_arguments(ARG "" "" "API;SOURCES;LINK;PRIVATE;PUBLIC" ${ARGN})
  set(target specbridge_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(specbridge::${name} ALIAS ${target})
  target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include")
  target_compile_features(${target} PUBLIC cxx_std_20)
  foreach(room IN LISTS ARG_LINK)
    target_link_libraries(${target} PUBLIC specbridge_${room})
  endforeach()
  target_link_libraries(${target} PRIVATE ${ARG_PRIVATE} PUBLIC ${ARG_PUBLIC})
  target_enable_warnings(${target})
  specbridge_join_sources(${target})
  set_property(GLOBAL APPEND PROPERTY SPECBRIDGE_ROOMS ${target})
  set_property(GLOBAL APPEND PROPERTY SPECBRIDGE_THIRD_PARTIES ${ARG_PRIVATE} ${ARG_PUBLIC})
  foreach(header IN LISTS ARG_API)
    set_property(GLOBAL APPEND PROPERTY SPECBRIDGE_API "${PROJECT_SOURCE_DIR}/include/specbridge/${header}")
  endforeach()
endfunction()
