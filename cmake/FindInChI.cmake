# The IUPAC InChI library (Debian: libinchi-dev).
#   target: InChI::InChI
find_path(InChI_INCLUDE_DIR inchi_api.h)
find_library(InChI_LIBRARY inchi)
if(InChI_INCLUDE_DIR)
  file(STRINGS "${InChI_INCLUDE_DIR}/inchi_api.h" _inchi_version_line LIMIT_COUNT 1 REGEX "[Ss]oftware version [0-9.]+")
  string(REGEX REPLACE ".*[Ss]oftware version ([0-9.]+).*" "\\1" InChI_VERSION "${_inchi_version_line}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(InChI REQUIRED_VARS InChI_LIBRARY InChI_INCLUDE_DIR VERSION_VAR InChI_VERSION
  REASON_FAILURE_MESSAGE "run scripts/setup.sh (Debian: libinchi-dev)")
if(InChI_FOUND AND NOT TARGET InChI::InChI)
  add_library(InChI::InChI INTERFACE IMPORTED)
  target_include_directories(InChI::InChI SYSTEM INTERFACE "${InChI_INCLUDE_DIR}")
  target_link_libraries(InChI::InChI INTERFACE "${InChI_LIBRARY}")
endif()
mark_as_advanced(InChI_INCLUDE_DIR InChI_LIBRARY)
