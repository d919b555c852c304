/* Built for any x86-64 (scripts/cmake/isa.cmake), as it runs before we know better. */
#include "harness/base/isa.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

ag_isa_level ag_isa_chosen = AG_ISA_BASE;

#ifdef __x86_64__

#include <cpuid.h>

/* What a level takes, from the System V psABI for x86-64, section 3.1.1, with the
 * bits of Intel's manual, volume 2, CPUID. Not __builtin_cpu_supports: clang 14 knows
 * neither the names of the levels nor half of what they consist of. */
enum { LEAF_1, LEAF_7, LEAF_EXTENDED, N_LEAVES };
enum { EBX, ECX, N_REGISTERS };

static const struct feature {
    ag_isa_level level;
    int leaf, reg, bit;
} features[] = {
    {AG_ISA_V2, LEAF_1, ECX, 0},        /* SSE3 */
    {AG_ISA_V2, LEAF_1, ECX, 9},        /* SSSE3 */
    {AG_ISA_V2, LEAF_1, ECX, 13},       /* CMPXCHG16B */
    {AG_ISA_V2, LEAF_1, ECX, 19},       /* SSE4.1 */
    {AG_ISA_V2, LEAF_1, ECX, 20},       /* SSE4.2 */
    {AG_ISA_V2, LEAF_1, ECX, 23},       /* POPCNT */
    {AG_ISA_V2, LEAF_EXTENDED, ECX, 0}, /* LAHF and SAHF */
    {AG_ISA_V3, LEAF_1, ECX, 12},       /* FMA */
    {AG_ISA_V3, LEAF_1, ECX, 22},       /* MOVBE */
    {AG_ISA_V3, LEAF_1, ECX, 27},       /* OSXSAVE: the system keeps wide registers */
    {AG_ISA_V3, LEAF_1, ECX, 28},       /* AVX */
    {AG_ISA_V3, LEAF_1, ECX, 29},       /* F16C */
    {AG_ISA_V3, LEAF_7, EBX, 3},        /* BMI1 */
    {AG_ISA_V3, LEAF_7, EBX, 5},        /* AVX2 */
    {AG_ISA_V3, LEAF_7, EBX, 8},        /* BMI2 */
    {AG_ISA_V3, LEAF_EXTENDED, ECX, 5}, /* LZCNT */
    {AG_ISA_V4, LEAF_7, EBX, 16},       /* AVX512F */
    {AG_ISA_V4, LEAF_7, EBX, 17},       /* AVX512DQ */
    {AG_ISA_V4, LEAF_7, EBX, 28},       /* AVX512CD */
    {AG_ISA_V4, LEAF_7, EBX, 30},       /* AVX512BW */
    {AG_ISA_V4, LEAF_7, EBX, 31},       /* AVX512VL */
};

static uint32_t kept_by_system(void) {
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

ag_isa_level ag_isa_processor(void) {
    uint32_t word[N_LEAVES][N_REGISTERS] = {{0}}, a, d;
    __get_cpuid(1, &a, &word[LEAF_1][EBX], &word[LEAF_1][ECX], &d);
    __get_cpuid_count(7, 0, &a, &word[LEAF_7][EBX], &word[LEAF_7][ECX], &d);
    __get_cpuid(0x80000001u, &a, &word[LEAF_EXTENDED][EBX], &word[LEAF_EXTENDED][ECX], &d);
    bool has[AG_ISA_V4 + 1] = {[AG_ISA_V2] = true, [AG_ISA_V3] = true, [AG_ISA_V4] = true};
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        if (!(word[features[i].leaf][features[i].reg] >> features[i].bit & 1))
            has[features[i].level] = false;
    const uint32_t kept = has[AG_ISA_V3] ? kept_by_system() : 0;
    if (!has[AG_ISA_V2]) return AG_ISA_BASE;
    if (!has[AG_ISA_V3] || (kept & 0x06) != 0x06) return AG_ISA_V2; /* xmm, ymm */
    if (!has[AG_ISA_V4] || (kept & 0xe6) != 0xe6) return AG_ISA_V3; /* masks, zmm */
    return AG_ISA_V4;
}

bool ag_isa_runs_here(void) { return ag_isa_processor() >= AG_ISA_V2; }

#else

ag_isa_level ag_isa_processor(void) { return AG_ISA_BASE; }

bool ag_isa_runs_here(void) { return true; }

#endif

ag_isa_level ag_isa_highest(void) {
    const ag_isa_level level = ag_isa_processor();
    return level > AG_ISA_MAX ? AG_ISA_MAX : level;
}

const char *ag_isa_name(ag_isa_level level) {
    switch (level) {
    case AG_ISA_V2: return "x86-64-v2";
    case AG_ISA_V3: return "x86-64-v3";
    case AG_ISA_V4: return "x86-64-v4";
    case AG_ISA_BASE: break;
    }
    return AG_BUILD_PROCESSOR;
}

/* v2 or x86-64-v2; AG_ISA_BASE if it is neither. */
static ag_isa_level level_of(const char *word) {
    static const ag_isa_level levels[] = {AG_ISA_V2, AG_ISA_V3, AG_ISA_V4};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        const char *name = ag_isa_name(levels[i]);
        if (strcmp(word, name) == 0 || strcmp(word, strrchr(name, '-') + 1) == 0) return levels[i];
    }
    return AG_ISA_BASE;
}

const char *ag_isa_asked(void) {
    const char *word = getenv("ACTGRID_ISA");
    return word && *word ? word : NULL;
}

ag_status ag_isa_check(ag_error *err) {
    const char *word = ag_isa_asked();
    if (!word) return AG_OK;
    const ag_isa_level level = level_of(word);
    if (level == AG_ISA_BASE)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "ACTGRID_ISA is '%s', must be v2, v3 or v4, or x86-64-v2 and so on", word);
    if (level > ag_isa_processor())
        return AG_FAIL(err, AG_MACHINE, AG_NOWHERE, "ACTGRID_ISA is '%s', this processor has %s",
                       word, ag_isa_name(ag_isa_processor()));
    if (level > AG_ISA_MAX)
        return AG_FAIL(err, AG_MACHINE, AG_NOWHERE,
                       "ACTGRID_ISA is '%s', this program is built for levels up to %s", word,
                       ag_isa_name(AG_ISA_MAX));
    return AG_OK;
}

bool ag_isa_set(ag_isa_level level) {
    if (level > ag_isa_highest() || (level == AG_ISA_BASE) != (AG_ISA_MAX == AG_ISA_BASE))
        return false;
    ag_isa_chosen = level;
    return true;
}

__attribute__((constructor)) static void choose(void) {
    const ag_isa_level highest = ag_isa_highest();
    const char *word = ag_isa_asked();
    const ag_isa_level asked = word ? level_of(word) : AG_ISA_BASE;
    ag_isa_chosen = asked != AG_ISA_BASE && asked < highest ? asked : highest;
}
