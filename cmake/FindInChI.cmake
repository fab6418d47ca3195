# The IUPAC InChI library (Debian: libinchi-dev).
#   target: InChI::InChI
find_path(InChI_INCLUDE_DIR inchi_api.h)
find_library(InChI_LIBRARY inchi)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(InChI REQUIRED_VARS InChI_LIBRARY InChI_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/setup.sh (Debian: libinchi-dev)")
if(InChI_FOUND AND NOT TARGET InChI::InChI)
  add_library(InChI::InChI INTERFACE IMPORTED)
  target_include_directories(InChI::InChI SYSTEM INTERFACE "${InChI_INCLUDE_DIR}")
  target_link_libraries(InChI::InChI INTERFACE "${InChI_LIBRARY}")
endif()
mark_as_advanced(InChI_INCLUDE_DIR InChI_LIBRARY)
