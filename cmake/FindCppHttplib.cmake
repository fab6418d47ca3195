# cpp-httplib as Debian builds it: a library of its own, with what it was compiled for.
#   target: CppHttplib::CppHttplib
find_path(CppHttplib_INCLUDE_DIR httplib.h)
find_library(CppHttplib_LIBRARY cpp-httplib)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CppHttplib REQUIRED_VARS CppHttplib_LIBRARY CppHttplib_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/setup.sh (Debian: libcpp-httplib-dev)")
if(CppHttplib_FOUND AND NOT TARGET CppHttplib::CppHttplib)
  add_library(CppHttplib::CppHttplib INTERFACE IMPORTED)
  target_include_directories(CppHttplib::CppHttplib SYSTEM INTERFACE "${CppHttplib_INCLUDE_DIR}")
  target_link_libraries(CppHttplib::CppHttplib INTERFACE "${CppHttplib_LIBRARY}")
  # The classes of its header have the members that these add; the library was compiled with them.
  target_compile_definitions(CppHttplib::CppHttplib INTERFACE
    CPPHTTPLIB_OPENSSL_SUPPORT CPPHTTPLIB_ZLIB_SUPPORT CPPHTTPLIB_BROTLI_SUPPORT)
endif()
mark_as_advanced(CppHttplib_INCLUDE_DIR CppHttplib_LIBRARY)
