/* Random numbers: the generator against its published answers, the distributions
 * made of it by counting. Every bound is 5 standard deviations: one chance in a
 * million to be wrong, taken once, as the numbers never change. */
#include "harness/base/random.h"

#include "harness/base/catalogue.h"

#include "check.h"

#include <string.h>

/* Random123 1.14, tests/kat_vectors, the lines "philox4x32 10". */
static void test_known_answers(void) {
    static const struct {
        uint32_t counter[4], key[2], want[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (int k = 0; k < AG_COUNT(known); k++) {
        ag_stream s = {.used = 4};
        memcpy(s.counter, known[k].counter, sizeof s.counter);
        memcpy(s.key, known[k].key, sizeof s.key);
        for (int i = 0; i < 4; i++) {
            const uint32_t got = ag_random_bits(&s);
            CHECK(got == known[k].want[i], "answer %d, word %d: %08x", k, i, got);
        }
    }
}

/* Where (seed, purpose, index) go: for ever, as every stored result depends on it. */
static void test_key(void) {
    ag_stream s = ag_stream_open(0x0123456789abcdef, AG_RANDOM_ORDER, 77);
    CHECK(s.key[0] == 0x89abcdef && s.key[1] == 0x01234567, "key %08x %08x", s.key[0], s.key[1]);
    CHECK(s.counter[2] == 77 && s.counter[3] == AG_RANDOM_ORDER, "index and purpose");
    s.counter[0] = 0xffffffff;
    ag_random_bits(&s);
    CHECK(s.counter[0] == 0 && s.counter[1] == 1 && s.counter[2] == 77, "block 2^32 carries");
}

static void test_streams_differ(void) {
    enum { N = 5, WORDS = 8 };
    const ag_stream open[N] = {
        ag_stream_open(1, AG_RANDOM_WEIGHTS, 1), ag_stream_open(2, AG_RANDOM_WEIGHTS, 1),
        ag_stream_open(1 + (UINT64_C(1) << 32), AG_RANDOM_WEIGHTS, 1),
        ag_stream_open(1, AG_RANDOM_ORDER, 1), ag_stream_open(1, AG_RANDOM_WEIGHTS, 2)};
    uint32_t words[N][WORDS];
    for (int k = 0; k < N; k++) {
        ag_stream s = open[k], again = open[k];
        for (int i = 0; i < WORDS; i++) {
            words[k][i] = ag_random_bits(&s);
            CHECK(words[k][i] == ag_random_bits(&again), "stream %d, word %d", k, i);
        }
    }
    for (int a = 0; a < N * WORDS; a++)
        for (int b = 0; b < a; b++)
            CHECK(words[a / WORDS][a % WORDS] != words[b / WORDS][b % WORDS], "%d and %d", a, b);
}

static void test_uniform(void) {
    enum { N = 2000000, BINS = 64 };
    ag_stream s = ag_stream_open(3, AG_RANDOM_TEST, 0);
    double sum = 0, squares = 0, low_bit = 0, chi = 0;
    long count[BINS] = {0};
    bool inside = true;
    for (int i = 0; i < N; i++) {
        const double x = ag_random_uniform(&s);
        inside = inside && x >= 0.0 && x < 1.0;
        sum += x;
        squares += x * x;
        count[(int)(x * BINS)]++;
        low_bit += fmod(x * 0x1p53, 2.0);
    }
    CHECK(inside, "all in [0, 1)");
    CHECK(close_to(sum / N, 0.5, 0, 5 * sqrt(1.0 / 12 / N)), "mean %.6f", sum / N);
    CHECK(close_to(squares / N, 1.0 / 3, 0, 5 * sqrt(4.0 / 45 / N)), "square %.6f", squares / N);
    CHECK(close_to(low_bit / N, 0.5, 0, 2.5 / sqrt(N)), "53rd bit %.6f", low_bit / N);
    for (int b = 0; b < BINS; b++)
        chi += pow((double)count[b] - (double)N / BINS, 2) / ((double)N / BINS);
    CHECK(fabs(chi - (BINS - 1)) < 5 * sqrt(2.0 * (BINS - 1)), "chi-square %.1f", chi);
}

static void test_normal(void) {
    enum { N = 2000000 };
    ag_stream s = ag_stream_open(4, AG_RANDOM_TEST, 0);
    double moment[5] = {0}, neighbours = 0, before = 0;
    long beyond_3 = 0;
    for (int i = 0; i < N; i++) {
        const double x = ag_random_normal(&s);
        for (int k = 1; k <= 4; k++)
            moment[k] += pow(x, k) / N;
        neighbours += x * before / N;
        before = x;
        beyond_3 += fabs(x) > 3.0;
    }
    /* Variances of x, x^2, x^3, x^4 under the normal distribution: 1, 2, 15, 96. */
    CHECK(close_to(moment[1], 0, 0, 5 * sqrt(1.0 / N)), "mean %.6f", moment[1]);
    CHECK(close_to(moment[2], 1, 0, 5 * sqrt(2.0 / N)), "variance %.6f", moment[2]);
    CHECK(close_to(moment[3], 0, 0, 5 * sqrt(15.0 / N)), "third moment %.6f", moment[3]);
    CHECK(close_to(moment[4], 3, 0, 5 * sqrt(96.0 / N)), "fourth moment %.6f", moment[4]);
    CHECK(close_to(neighbours, 0, 0, 5 * sqrt(1.0 / N)), "neighbours %.6f", neighbours);
    const double tail = 0.0026997960632601866; /* P(|x| > 3) */
    CHECK(close_to((double)beyond_3 / N, tail, 0, 5 * sqrt(tail / N)), "%ld beyond 3", beyond_3);
}

/* Many words at once are those of the stream, whatever their number; other parts have
 * others. */
static void test_words(void) {
    enum { N = 300 };
    uint32_t all[N], some[N], other[N];
    ag_stream s = ag_stream_open(7, AG_RANDOM_TEST, 5);
    const ag_stream begin = s;
    for (int i = 0; i < N; i++)
        all[i] = ag_random_bits(&s);
    for (size_t n = 0; n <= N; n++) {
        memset(some, 0, sizeof some);
        ag_random_words(&s, 0, 0, n, some); /* from the beginning, wherever it stands */
        CHECK(memcmp(some, all, n * sizeof *all) == 0, "%zu words", n);
        CHECK(n == N || some[n] == 0, "wrote beyond %zu words", n);
    }
    for (uint32_t block = 0; block < 40; block += 13) {
        ag_random_words(&begin, 0, block, 100, some);
        CHECK(memcmp(some, all + (size_t)block * 4, 100 * sizeof *all) == 0, "from block %u",
              block);
    }
    int same = 0;
    ag_random_words(&begin, 1, 0, N, some);
    ag_random_words(&begin, 2, 0, N, other);
    for (int i = 0; i < N; i++)
        same += (some[i] == all[i]) + (other[i] == all[i]) + (some[i] == other[i]);
    CHECK(same == 0, "%d words in two parts", same);
}

static void test_below(void) {
    enum { N = 600000, SIDES = 6 };
    ag_stream s = ag_stream_open(5, AG_RANDOM_TEST, 0);
    long count[SIDES] = {0};
    double chi = 0;
    for (int i = 0; i < N; i++)
        count[ag_random_below(&s, SIDES)]++;
    for (int k = 0; k < SIDES; k++)
        chi += pow((double)count[k] - (double)N / SIDES, 2) / ((double)N / SIDES);
    CHECK(chi < (SIDES - 1) + 5 * sqrt(2.0 * (SIDES - 1)), "chi-square of a die %.1f", chi);

    /* Of 3 2^30 numbers the lowest third would come up half of the time if the
     * rest of 2^32 were not rejected. */
    long low = 0;
    for (int i = 0; i < N; i++) {
        const uint32_t x = ag_random_below(&s, 0xc0000000u);
        CHECK(x < 0xc0000000u, "%u", x);
        low += x % 3 == 0;
        CHECK(ag_random_below(&s, 1) == 0, "below 1");
    }
    CHECK(close_to((double)low / N, 1.0 / 3, 0, 5 * sqrt(2.0 / 9 / N)), "%ld of thirds", low);
}

/* All 120 orders of 5 things equally often. */
static void test_shuffle(void) {
    enum { THINGS = 5, ORDERS = 120, N = 120000 };
    ag_stream s = ag_stream_open(6, AG_RANDOM_TEST, 0);
    long count[ORDERS] = {0};
    for (int i = 0; i < N; i++) {
        uint32_t item[THINGS] = {0, 1, 2, 3, 4};
        ag_random_shuffle(&s, THINGS, item);
        int order = 0;
        for (int a = 0; a < THINGS; a++) {
            int smaller = 0;
            for (int b = a + 1; b < THINGS; b++)
                smaller += item[b] < item[a];
            order = order * (THINGS - a) + smaller;
        }
        count[order]++;
    }
    double chi = 0;
    for (int k = 0; k < ORDERS; k++)
        chi += pow((double)count[k] - (double)N / ORDERS, 2) / ((double)N / ORDERS);
    CHECK(fabs(chi - (ORDERS - 1)) < 5 * sqrt(2.0 * (ORDERS - 1)), "chi-square %.1f", chi);

    enum { MANY = 10000 };
    static uint32_t item[MANY];
    static bool seen[MANY];
    for (uint32_t i = 0; i < MANY; i++)
        item[i] = i;
    ag_random_shuffle(&s, MANY, item);
    long at_home = 0;
    for (uint32_t i = 0; i < MANY; i++) {
        CHECK(item[i] < MANY && !seen[item[i]], "%u twice or from outside", item[i]);
        if (item[i] < MANY) seen[item[i]] = true;
        at_home += item[i] == i;
    }
    CHECK(at_home < 8, "%ld of %d stayed where they were", at_home, MANY);
    ag_random_shuffle(&s, 0, item); /* nothing to do, nothing written */
}

int main(void) {
    test_known_answers();
    test_key();
    test_streams_differ();
    test_uniform();
    test_normal();
    test_words();
    test_below();
    test_shuffle();
    return check_report();
}
