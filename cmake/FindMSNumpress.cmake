# MS-Numpress (Debian: libmsnumpress-dev).
#   target: MSNumpress::MSNumpress
find_path(MSNumpress_INCLUDE_DIR libmsnumpress/MSNumpress.hpp)
find_library(MSNumpress_LIBRARY msnumpress)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MSNumpress REQUIRED_VARS MSNumpress_LIBRARY MSNumpress_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/setup.sh (Debian: libmsnumpress-dev)")
if(MSNumpress_FOUND AND NOT TARGET MSNumpress::MSNumpress)
  add_library(MSNumpress::MSNumpress INTERFACE IMPORTED)
  target_include_directories(MSNumpress::MSNumpress SYSTEM INTERFACE "${MSNumpress_INCLUDE_DIR}")
  target_link_libraries(MSNumpress::MSNumpress INTERFACE "${MSNumpress_LIBRARY}")
endif()
mark_as_advanced(MSNumpress_INCLUDE_DIR MSNumpress_LIBRARY)
