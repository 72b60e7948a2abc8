# Writes OUTPUT anew only when the commit or the version has changed, so that nothing is compiled for nothing.
set(commit "")
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} describe --always --dirty --abbrev=12 OUTPUT_VARIABLE commit
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
set(text "#include \"harness/cli/version.h\"\n\nnamespace cli {\n\nstd::string_view version() { return \"${VERSION}\"; }\nstd::string_view commit() { return \"${commit}\"; }\n\n}  // namespace cli\n")
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT text STREQUAL old)
  file(WRITE ${OUTPUT} "${text}")
endif()
