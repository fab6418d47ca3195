# What is installed works for any user, in any folder, wherever the prefix is moved to: it finds its libraries by its own
# place. They lie in lib/specbridge, all but the C and C++ runtimes of the system.

# specbridge_relocatable(<target> <lib>): <lib> is the folder of libraries, seen from the installed target. RPATH instead
# of RUNPATH, because it holds for the libraries of libraries, too.
function(specbridge_relocatable target lib)
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "${lib};${lib}/specbridge")
  target_link_options(${target} PRIVATE LINKER:--disable-new-dtags)
endfunction()

install(CODE "set(_program \"$<TARGET_FILE:specbridge>\")
set(_lib \"${CMAKE_INSTALL_LIBDIR}/specbridge\")
set(_notices \"${CMAKE_INSTALL_DOCDIR}/third-party\")" ALL_COMPONENTS)
foreach(_component program library)
  install(SCRIPT "${CMAKE_CURRENT_LIST_DIR}/InstallRuntime.cmake" COMPONENT ${_component})
endforeach()
