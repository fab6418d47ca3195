# Every third-party library, why it is here, and the only rooms that may link it.
if(DEFINED ENV{SPECBRIDGE_CACHE})
  set(_cache "$ENV{SPECBRIDGE_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(_cache "$ENV{XDG_CACHE_HOME}/specbridge")
else()
  set(_cache "$ENV{HOME}/.cache/specbridge")
endif()
# The same key as scripts/env.sh: a change of the pinned versions means another environment.
file(SHA256 "${PROJECT_SOURCE_DIR}/scripts/requirements.txt" _requirements_hash)
string(SUBSTRING "${_requirements_hash}" 0 12 _requirements_key)
set(SPECBRIDGE_VENV "${_cache}/venv-${_requirements_key}")
set(SPECBRIDGE_FAISS_DIR "${_cache}/faiss-avx2")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/scripts/requirements.txt")

find_package(Threads REQUIRED)
find_package(LibTorch 2.11 REQUIRED)             # networks and training: nn, encode, bridge, train
include(FindFaissForSpecbridge)                  # approximate search: index
find_package(RDKit REQUIRED)                     # chemistry: chem
find_package(InChI REQUIRED)                     # InChIKey: chem
find_package(nlohmann_json 3.11 REQUIRED)        # manifests, configuration, reports: base and above, never in public headers
find_package(fmt 9 REQUIRED)                     # messages: base and above
find_package(XxHash REQUIRED)                    # block checksums, feature hashing: store
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)  # SHA-256: store
find_package(ZLIB REQUIRED)                      # gz streams: store
find_package(EXPAT 2.4 REQUIRED)                  # XML: ms
find_package(MSNumpress REQUIRED)                 # compressed arrays of mzML: ms
find_package(SQLite3 3.36 REQUIRED)                # libraries of predicted EI spectra: one file of ms
find_package(spdlog 1.10 REQUIRED)               # log lines: tools only
find_package(ChartJs REQUIRED)                   # charts of report.html, embedded: report
find_package(CLI11 2.1 REQUIRED)                 # command line: tools only
find_package(CppHttplib REQUIRED)                # HTTP: serve
find_package(Gloo)                               # several processes, headers alone: one file of train; may be missing
find_package(LibPq REQUIRED)                     # PostgreSQL: one file of library
