# What the program knows about its own build (harness/run/machine.c), in two
# headers: build.h from the configuration, revision.h from git at every build, so
# that a commit shows without configuring again.
set(libraries "")
foreach(pair hdf5=hdf5 sqlite=sqlite libyaml=yaml zlib=zlib libcurl=curl libzip=zip
             liblzma=lzma openssl=crypto xxhash=xxhash gsl=gsl)
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 key)
    list(GET pair 1 name)
    string(APPEND libraries " \\\n    X(\"${key}\", \"${DEP_${name}_VERSION}\")")
endforeach()

string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
set(flags "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${type}}")
string(APPEND flags " $<JOIN:$<FILTER:$<TARGET_PROPERTY:ag_run,COMPILE_OPTIONS>,EXCLUDE,^-W>, >")
string(STRIP "${flags}" flags)
string(REPLACE "\"" "'" flags "${flags}")
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/lists/build.h CONTENT
"/* Written by scripts/cmake/machine.cmake. */
#define AG_BUILD_COMPILER \"${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}\"
#define AG_BUILD_FLAGS \"${flags}\"
#define AG_BUILD_TYPE \"${CMAKE_BUILD_TYPE}\"
#define AG_BUILD_LIBRARIES(X)${libraries}
" TARGET ag_run)

# Runs at every build; the header changes, and machine.c is compiled, only when
# the revision does.
add_custom_target(revision
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR}
        -DHEADER=${CMAKE_BINARY_DIR}/lists/revision.h -P ${CMAKE_CURRENT_LIST_DIR}/revision.cmake
    BYPRODUCTS ${CMAKE_BINARY_DIR}/lists/revision.h
    COMMENT "")
add_dependencies(ag_run revision)
target_include_directories(ag_run PRIVATE ${CMAKE_BINARY_DIR}/lists)
