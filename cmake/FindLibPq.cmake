# libpq, the client library of PostgreSQL (Debian: libpq-dev).
#   target: LibPq::LibPq
find_path(LibPq_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
find_library(LibPq_LIBRARY pq)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibPq REQUIRED_VARS LibPq_LIBRARY LibPq_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/setup.sh (Debian: libpq-dev)")
if(LibPq_FOUND AND NOT TARGET LibPq::LibPq)
  add_library(LibPq::LibPq INTERFACE IMPORTED)
  target_include_directories(LibPq::LibPq SYSTEM INTERFACE "${LibPq_INCLUDE_DIR}")
  target_link_libraries(LibPq::LibPq INTERFACE "${LibPq_LIBRARY}")
endif()
mark_as_advanced(LibPq_INCLUDE_DIR LibPq_LIBRARY)
