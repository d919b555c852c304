# cmake -DSOURCE=... -DHEADER=... -P revision.cmake: the git revision as a header.
# A tree that is not a git checkout of its own has none: it may lie inside another.
set(revision unknown)
if(EXISTS ${SOURCE}/.git)
    execute_process(COMMAND git rev-parse --short=12 HEAD WORKING_DIRECTORY ${SOURCE}
        RESULT_VARIABLE failed OUTPUT_VARIABLE text ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT failed)
        execute_process(COMMAND git status --porcelain --untracked-files=no
            WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE changes ERROR_QUIET)
        set(revision ${text})
        if(changes)
            string(APPEND revision " with changes")
        endif()
    endif()
endif()
set(text "#define AG_REVISION \"${revision}\"\n")
set(old "")
if(EXISTS ${HEADER})
    file(READ ${HEADER} old)
endif()
if(NOT text STREQUAL old)
    file(WRITE ${HEADER} "${text}")
endif()
