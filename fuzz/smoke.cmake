# Fuzzes for a few seconds from the committed seeds, and leaves those alone.
# cmake -DFUZZER=… -DCORPUS=… -DWORK=… -DDICTIONARY=… -DSECONDS=… -DMAX_LEN=… -P smoke.cmake
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
execute_process(
  COMMAND ${FUZZER} -seed=1 -max_total_time=${SECONDS} -max_len=${MAX_LEN} -timeout=5 -dict=${DICTIONARY} -verbosity=0
          -print_final_stats=1 -artifact_prefix=${WORK}/ ${WORK} ${CORPUS}
  ERROR_VARIABLE output
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${output}")
endif()
string(REGEX MATCH "average_exec_per_sec: *([0-9]+)" _ "${output}")
get_filename_component(name ${FUZZER} NAME)
message("${name}: ${CMAKE_MATCH_1} exec/s")
