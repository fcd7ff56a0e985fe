# Tests of the project itself: what includes what, style, documentation, and what an installed tree gives its users.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

foreach(name layering style docs options)
  add_test(NAME "project: ${name} test finds what it is for"
           COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/${name}_test.py --self-test)
endforeach()
add_test(NAME "project: includes go downhill and files are short"
         COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/layering_test.py)
add_test(NAME "project: options, presets and their documentation agree"
         COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/options_test.py)
add_test(NAME "project: EBNF and X3 rules agree" COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/grammar_test.py)
add_test(NAME "project: bench/instructions tells what has grown"
         COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/instructions_test.py)
add_test(NAME "project: the script dev" COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/dev_test.py)
add_test(NAME "project: archives of fuzz inputs are up to date"
         COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/fuzz/corpus.py --check)
add_test(NAME "project: style of every tracked file" COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/style_test.py)
add_test(NAME "project: docs/coverage.md names files and lines that are there"
         COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/coverage/gate.py --names)
add_test(NAME "project: docs/limits.md is up to date" COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/docs/limits.py --check)
add_test(NAME "project: docs/explain.md is up to date" COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/docs/explain.py --check)
foreach(generator src/base/runtime_fields src/definition/slot_table src/time/zone_names)
  add_test(NAME "project: ${generator}.inc is up to date"
           COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/${generator}.py --check)
endforeach()
if(TARGET pipexpr_cli)
  add_test(NAME "project: documentation examples"
           COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/docs_test.py $<TARGET_FILE:pipexpr_cli>)
endif()

# An instrumented library asks its users to link the instrumentation too, so only plain builds are installed.
if(PIPEXPR_INSTALL AND NOT PIPEXPR_SANITIZE AND NOT PIPEXPR_COVERAGE)
  add_test(NAME "project: installed tree builds its consumers"
           COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/consumer/run.py ${PROJECT_BINARY_DIR})
  add_test(NAME "project: add_subdirectory builds its consumer"
           COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/consumer/run.py ${PROJECT_BINARY_DIR} --with-subdirectory)
  set_tests_properties("project: add_subdirectory builds its consumer" PROPERTIES LABELS long)
  set_tests_properties("project: installed tree builds its consumers" "project: add_subdirectory builds its consumer"
                       PROPERTIES RESOURCE_LOCK installed_tree TIMEOUT 900)
endif()

# What a host pays for the library: docs/building.md promises it for g++ and what people run.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT BUILD_SHARED_LIBS AND NOT PIPEXPR_SANITIZE)
  add_test(NAME "project: a minimal host is small"
           COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/consumer/cost.py ${PROJECT_BINARY_DIR} --size)
endif()

if(TARGET pipexpr_cli AND PIPEXPR_EMBEDDED_ZONES AND CMAKE_EXE_LINKER_FLAGS MATCHES "-static")
  add_test(NAME "static: the command runs in an empty root"
           COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/roots/empty.py $<TARGET_FILE:pipexpr_cli>)
  set_tests_properties("static: the command runs in an empty root" PROPERTIES SKIP_RETURN_CODE 77)
endif()
