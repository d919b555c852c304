#!/usr/bin/env python3
"""Writes harness/base/powers_of_ten.c: 10^k to 128 bits, rounded up, for decimal.c.

    scripts/powers_of_ten.py > harness/base/powers_of_ten.c

The table is stored: it never changes, and the build needs no Python.
"""

FIRST, LAST = -292, 324  # what the doubles need: see decimal.c


def scaled(k):
    """The smallest whole g with 10^k <= g 2^e, where 2^127 <= g < 2^128."""
    if k >= 0:
        shift = (10**k).bit_length() - 128
        return 10**k << -shift if shift <= 0 else -(-(10**k) >> shift)
    shift = (10**-k).bit_length() + 126
    g = -(-(1 << shift) // 10**-k)
    while g >= 1 << 128:
        shift -= 1
        g = -(-(1 << shift) // 10**-k)
    while g < 1 << 127:
        shift += 1
        g = -(-(1 << shift) // 10**-k)
    return g


print("/* 10^k, k from %d to %d, as g 2^e: the first 128 bits of it, rounded up." % (FIRST, LAST))
print(" * Made by scripts/powers_of_ten.py. */")
print("/* clang-format off */")
print('#include "harness/base/decimal.h"')
print()
print("const uint64_t ag_powers_of_ten[AG_POWERS_OF_TEN][2] = {")
for k in range(FIRST, LAST + 1):
    g = scaled(k)
    assert 1 << 127 <= g < 1 << 128
    print("    {0x%016x, 0x%016x}," % (g >> 64, g & (1 << 64) - 1))
print("};")
