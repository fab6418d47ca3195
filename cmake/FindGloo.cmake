# The headers of Gloo (Debian: libgloo-dev), whose code is in LibTorch, which does not ship them. They are older than that
# code; no more than pointers to its types are used. Where they are missing, a training is one process.
#   target: Gloo::headers
find_path(Gloo_INCLUDE_DIR gloo/transport/device.h)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Gloo REQUIRED_VARS Gloo_INCLUDE_DIR)
if(Gloo_FOUND AND NOT TARGET Gloo::headers)
  add_library(Gloo::headers INTERFACE IMPORTED)
  target_include_directories(Gloo::headers SYSTEM INTERFACE "${Gloo_INCLUDE_DIR}")
endif()
mark_as_advanced(Gloo_INCLUDE_DIR)
