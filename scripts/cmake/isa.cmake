# Instruction-set levels (harness/base/isa.h). On x86-64 everything is built for
# x86-64-v2, and vectorised functions up to AG_ISA_MAX; elsewhere there are no levels.
include(CheckCSourceCompiles)
set(AG_ISA_MAX "v4" CACHE STRING "Highest level with code of its own: v2, v3 or v4")
set_property(CACHE AG_ISA_MAX PROPERTY STRINGS v2 v3 v4)
if(NOT AG_ISA_MAX MATCHES "^v[234]$")
    message(FATAL_ERROR "AG_ISA_MAX is '${AG_ISA_MAX}', must be v2, v3 or v4")
endif()
check_c_source_compiles("#ifndef __x86_64__\n#error\n#endif\nint main(void) { return 0; }" AG_X86_64)

set(AG_ISA_BUILT 0)
if(AG_X86_64)
    set(AG_ISA_BUILT 2)
    foreach(level 3 4)
        check_c_source_compiles("
            __attribute__((target(\"arch=x86-64-v${level}\"))) static int f(int x) { return x; }
            int main(int n, char **words) { return words[0] ? f(n) : n; }" AG_KNOWS_V${level})
        if(AG_KNOWS_V${level} AND AG_ISA_MAX STRGREATER_EQUAL "v${level}")
            set(AG_ISA_BUILT ${level})
        endif()
    endforeach()
    target_compile_options(ag_flags INTERFACE -march=x86-64-v2)
    # clang takes 8 floats at a time on v4 unless told otherwise; gcc 12 takes 16.
    if(CMAKE_C_COMPILER_ID MATCHES "Clang")
        target_compile_options(ag_flags INTERFACE -mprefer-vector-width=512)
    endif()
    # What runs before we know what the processor can: code for all of them.
    set_source_files_properties(harness/base/isa.c harness/cli/main/main.c PROPERTIES
        COMPILE_OPTIONS -march=x86-64)
endif()
target_compile_definitions(ag_flags INTERFACE AG_ISA_MAX=${AG_ISA_BUILT}
    AG_BUILD_PROCESSOR="${CMAKE_SYSTEM_PROCESSOR}")
