# Run with -P at each build: writes OUTPUT, which defines commit(), when the commit changed.
cmake_policy(VERSION 3.25)
execute_process(COMMAND git describe --always --dirty --exclude "*" --abbrev=12
                WORKING_DIRECTORY "${SOURCE}" OUTPUT_VARIABLE commit ERROR_QUIET
                OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT commit)
  set(commit unknown)
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT "#include \"sim/commit.h\"

const char* srsync::sim::commit() { return \"@commit@\"; }
")
