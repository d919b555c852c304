# Flags of every target. No fast-math anywhere; no contraction to fused
# multiply-add, which would make results depend on the instruction set.
add_library(ag_flags INTERFACE)
target_compile_options(ag_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion
    -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wvla -Wundef
    -ffp-contract=off
    $<$<BOOL:${AG_WERROR}>:-Werror>
    $<$<CONFIG:Release>:-O3 -fno-math-errno -fno-trapping-math>)
target_include_directories(ag_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(ag_flags INTERFACE _POSIX_C_SOURCE=200809L AG_VERSION="${PROJECT_VERSION}")
foreach(s IN LISTS AG_SANITIZE)
    target_compile_options(ag_flags INTERFACE
        -fsanitize=${s} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(ag_flags INTERFACE -fsanitize=${s})
endforeach()
if(AG_FUZZ)
    target_compile_options(ag_flags INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(ag_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
