# One way to make a room, a program and a test, so that flags and link rules stand in one place.

add_library(srsync_warnings INTERFACE)
target_compile_options(srsync_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion
                                                 -Wnon-virtual-dtor)
if(SRSYNC_WERROR)
  target_compile_options(srsync_warnings INTERFACE -Werror)
endif()
if(SRSYNC_SANITIZE)
  add_compile_options(-fsanitize=${SRSYNC_SANITIZE}
                      -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SRSYNC_SANITIZE})
  # GCC sees uninitialised members inside std::regex where sanitizers have been woven in; the
  # release build keeps the warning.
  target_compile_options(srsync_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
if(SRSYNC_KILL_POINTS)
  add_compile_definitions(SRSYNC_KILL_POINTS=1)
endif()

# srsync_alone(a.cc ...): sources of this folder that a unity build must compile alone, as a name of
# their unnamed namespace means something else in a neighbour.
function(srsync_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# srsync_library(ROOM SOURCES a.cc b.cc [LINK libs...]): static library srsync_ROOM, alias
# srsync::ROOM.
# Includes are written from src/ ("core/state.h").
function(srsync_library room)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(srsync_${room} STATIC ${ARG_SOURCES})
  add_library(srsync::${room} ALIAS srsync_${room})
  target_include_directories(srsync_${room} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(srsync_${room} PUBLIC ${ARG_LINK} PRIVATE srsync_warnings)
endfunction()

# srsync_program(NAME SOURCES main.cc [LINK libs...])
function(srsync_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(${name} PRIVATE ${ARG_LINK} srsync_warnings)
endfunction()

# srsync_test(NAME SOURCES a_test.cc [LINK libs...] [LABELS unit]): one GoogleTest binary, one ctest
# entry. Paths into the tree come from support/paths.h.
function(srsync_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}/tests"
                                             "${CMAKE_SOURCE_DIR}/tools")
  target_link_libraries(${name} PRIVATE ${ARG_LINK} srsync_test_paths GTest::gtest GTest::gmock
                                        GTest::gtest_main srsync_warnings)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
