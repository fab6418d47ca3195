# FAISS, in order of preference: a package the user has (faissConfig.cmake, 1.7.3 or newer), the AVX2
# build that scripts/setup.sh keeps in the cache, Debian's libfaiss-dev.
#
#   target: specbridge_faiss (interface)
find_package(faiss 1.7.3 QUIET CONFIG)
if(faiss_FOUND)
  if(TARGET faiss_avx2)
    set(_faiss_target faiss_avx2)
  else()
    set(_faiss_target faiss)
  endif()
  message(STATUS "FAISS: package ${faiss_VERSION} (${_faiss_target})")
else()
  find_library(SPECBRIDGE_FAISS_LIBRARY faiss_avx2 HINTS "${SPECBRIDGE_FAISS_DIR}/lib" NO_DEFAULT_PATH)
  find_path(SPECBRIDGE_FAISS_INCLUDE faiss/Index.h HINTS "${SPECBRIDGE_FAISS_DIR}/include" NO_DEFAULT_PATH)
  if(SPECBRIDGE_FAISS_LIBRARY AND SPECBRIDGE_FAISS_INCLUDE)
    message(STATUS "FAISS: AVX2 build at ${SPECBRIDGE_FAISS_DIR}")
  else()
    find_library(SPECBRIDGE_FAISS_LIBRARY faiss REQUIRED)
    find_path(SPECBRIDGE_FAISS_INCLUDE faiss/Index.h REQUIRED)
    message(WARNING "FAISS: Debian's build is used (SSE2 only): FAISS searches take 3 to 10 times as long "
                    "as with the AVX2 build that scripts/setup.sh makes")
  endif()
endif()

find_library(OPENBLAS_LIBRARY openblas REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)

if(NOT TARGET specbridge_faiss)
  add_library(specbridge_faiss INTERFACE)
  if(_faiss_target)
    target_link_libraries(specbridge_faiss INTERFACE ${_faiss_target})
  else()
    # A target, not a path, so that CMake knows what has to come behind it.
    add_library(specbridge_faiss_library UNKNOWN IMPORTED)
    set_target_properties(specbridge_faiss_library PROPERTIES IMPORTED_LOCATION "${SPECBRIDGE_FAISS_LIBRARY}")
    target_link_libraries(specbridge_faiss_library INTERFACE LibTorch::torch OpenMP::OpenMP_CXX)
    target_include_directories(specbridge_faiss SYSTEM INTERFACE "${SPECBRIDGE_FAISS_INCLUDE}")
    target_link_libraries(specbridge_faiss INTERFACE specbridge_faiss_library)
  endif()
  # One BLAS: libtorch_cpu exports MKL's sgemm_, and the first BLAS on the link line serves everybody.
  # LibTorch must come before OpenBLAS, which then only supplies LAPACK symbols that LibTorch lacks.
  # CMake is free to reorder what knows nothing of each other, so LibTorch is told to need OpenBLAS.
  target_link_libraries(LibTorch::torch INTERFACE "${OPENBLAS_LIBRARY}")
  target_link_libraries(specbridge_faiss INTERFACE LibTorch::torch OpenMP::OpenMP_CXX)
endif()
mark_as_advanced(SPECBRIDGE_FAISS_LIBRARY SPECBRIDGE_FAISS_INCLUDE OPENBLAS_LIBRARY)
