# xxHash (Debian: libxxhash-dev).
#   target: XxHash::XxHash
find_path(XxHash_INCLUDE_DIR xxhash.h)
find_library(XxHash_LIBRARY xxhash)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(XxHash REQUIRED_VARS XxHash_LIBRARY XxHash_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/setup.sh (Debian: libxxhash-dev)")
if(XxHash_FOUND AND NOT TARGET XxHash::XxHash)
  add_library(XxHash::XxHash INTERFACE IMPORTED)
  target_include_directories(XxHash::XxHash SYSTEM INTERFACE "${XxHash_INCLUDE_DIR}")
  target_link_libraries(XxHash::XxHash INTERFACE "${XxHash_LIBRARY}")
endif()
mark_as_advanced(XxHash_INCLUDE_DIR XxHash_LIBRARY)
