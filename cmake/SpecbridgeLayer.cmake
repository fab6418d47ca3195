include(Warnings)

# specbridge_layer(<name> SOURCES ... LINK <layers...> PRIVATE <third parties...> [PUBLIC <third parties...>])
# One static target per layer. A layer links only what stands below it; third parties stay private
# unless an internal header of the layer shows them to the layers named in the design.
function(specbridge_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE;PUBLIC" ${ARGN})
  set(target specbridge_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(specbridge::${name} ALIAS ${target})
  file(GLOB public_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/specbridge/${name}/*.h")
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${public_headers})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_features(${target} PUBLIC cxx_std_20)
  foreach(layer IN LISTS ARG_LINK)
    target_link_libraries(${target} PUBLIC specbridge_${layer})
  endforeach()
  target_link_libraries(${target} PRIVATE ${ARG_PRIVATE} PUBLIC ${ARG_PUBLIC})
  target_enable_warnings(${target})
  # Target all_verify_interface_header_sets: every public header compiles alone.
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  set_property(GLOBAL APPEND PROPERTY SPECBRIDGE_LAYERS ${target})
endfunction()
