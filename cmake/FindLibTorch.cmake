# LibTorch as the Python package ships it. Torch's own package file is not used: it demands a CUDA
# toolkit at configure time. Linked are c10 and torch_cpu; libtorch_cuda is opened at run time.
#
#   LibTorch_ROOT (variable or environment): the folder that holds lib/libtorch_cpu.so and include/
#   targets: LibTorch::c10, LibTorch::torch
set(_torch_hints ${LibTorch_ROOT} $ENV{LibTorch_ROOT})
file(GLOB _torch_in_cache "${SPECBRIDGE_VENV}/lib/python3*/site-packages/torch")
list(APPEND _torch_hints ${_torch_in_cache})

find_path(LibTorch_INCLUDE_DIR torch/script.h HINTS ${_torch_hints} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_path(LibTorch_API_INCLUDE_DIR torch/torch.h HINTS ${_torch_hints}
          PATH_SUFFIXES include/torch/csrc/api/include NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${_torch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${_torch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)

set(_torch_version_header "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
if(EXISTS "${_torch_version_header}")
  file(STRINGS "${_torch_version_header}" _torch_version_lines REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX REPLACE "[^0-9]+" "." LibTorch_VERSION "${_torch_version_lines}")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" LibTorch_VERSION "${LibTorch_VERSION}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR LibTorch_API_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run scripts/setup.sh, or set LibTorch_ROOT to the torch folder of a Python environment")

if(LibTorch_FOUND AND NOT TARGET LibTorch::torch)
  # Torch's include folder carries its own fmt; searched last (-idirafter), it cannot hide the system's.
  set(_torch_include_flags "SHELL:-idirafter ${LibTorch_INCLUDE_DIR}" "SHELL:-idirafter ${LibTorch_API_INCLUDE_DIR}")
  add_library(LibTorch::c10 SHARED IMPORTED)
  set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION "${LibTorch_C10_LIBRARY}")
  add_library(LibTorch::torch SHARED IMPORTED)
  set_target_properties(LibTorch::torch PROPERTIES IMPORTED_LOCATION "${LibTorch_CPU_LIBRARY}")
  target_compile_options(LibTorch::torch INTERFACE "${_torch_include_flags}")
  # The CUDA runtime and cupti are found by libtorch_cpu's own RPATH at run time, not by our linker.
  target_link_options(LibTorch::torch INTERFACE -Wl,--allow-shlib-undefined)
  target_link_libraries(LibTorch::torch INTERFACE LibTorch::c10)
  get_filename_component(LibTorch_LIBRARY_DIR "${LibTorch_CPU_LIBRARY}" DIRECTORY)
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_API_INCLUDE_DIR LibTorch_C10_LIBRARY LibTorch_CPU_LIBRARY)
