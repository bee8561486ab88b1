# Every header of a room compiles alone: one source per header that includes it twice and nothing
# else, compiled as part of `all` where SRSYNC_HEADER_CHECK is on, not optimised, not sanitized.

option(SRSYNC_HEADER_CHECK "Compile every header of src/ on its own" OFF)

function(srsync_check_headers room)
  if(NOT TARGET srsync_${room})
    return()
  endif()
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/src"
       "${CMAKE_SOURCE_DIR}/src/${room}/*.h")
  set(sources)
  foreach(header ${headers})
    string(MAKE_C_IDENTIFIER "${header}" name)
    set(source "${CMAKE_BINARY_DIR}/header_check/${name}.cc")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
    list(APPEND sources "${source}")
  endforeach()
  if(sources)
    add_library(srsync_${room}_headers OBJECT ${sources})
    target_compile_options(srsync_${room}_headers PRIVATE -O0 -g0 -fno-sanitize=all)
    target_link_libraries(srsync_${room}_headers PRIVATE srsync_${room} srsync_warnings)
  endif()
endfunction()
