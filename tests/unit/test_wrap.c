/* base/wrap: no line is wider than it may be, and no word is lost. */
#include "check.h"

#include "harness/base/catalogue.h"
#include "harness/base/wrap.h"

#include <stdlib.h>
#include <string.h>

int main(void) {
    static const struct {
        int column, indent, width;
        const char *text, *want;
    } known[] = {
        {0, 0, 10, "", ""},
        {3, 3, 10, "a", "a"},
        {0, 0, 10, "1234 67890", "1234 67890"},
        {0, 2, 10, "1234 678901", "1234\n  678901"},
        {1, 1, 10, "1234 67890", "1234\n 67890"},
        {4, 3, 10, " two  blanks, and ", "two\n   blanks,\n   and"},
        {0, 1, 10, "x*tanh(x)+gelu(x)", "x*tanh(x)+\n gelu(x)"},
        {0, 0, 10, "\xce\xb1\xce\xb2\xce\xb3\xce\xb4 \xce\xb1\xce\xb2\xce\xb3\xce\xb4\xce\xb5",
         "\xce\xb1\xce\xb2\xce\xb3\xce\xb4 \xce\xb1\xce\xb2\xce\xb3\xce\xb4\xce\xb5"},
    };
    for (int i = 0; i < AG_COUNT(known); i++) {
        char *text = NULL;
        size_t n = 0;
        FILE *out = open_memstream(&text, &n);
        const int column =
            ag_print_wrapped(out, known[i].text, known[i].column, known[i].indent, known[i].width);
        fclose(out);
        CHECK(strcmp(text, known[i].want) == 0, "case %d is\n%s\nmust be\n%s", i, text,
              known[i].want);
        CHECK(column <= known[i].width, "case %d ends in column %d", i, column);
        free(text);
    }
    return check_report();
}
