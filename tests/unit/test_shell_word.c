/* Words of a shell: harmless ones stay, others come back from a real shell as they were. */
#include "check.h"
#include "harness/base/catalogue.h"
#include "harness/cli/shell_word.h"

#include <stdio.h>
#include <string.h>

/* What sh makes of the word. */
static void through_shell(const char *word, char text[256]) {
    char command[512];
    snprintf(command, sizeof command, "printf %%s %s", word);
    FILE *shell = popen(command, "r");
    const size_t n = shell ? fread(text, 1, 255, shell) : 0;
    if (shell) pclose(shell);
    text[n] = '\0';
}

int main(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    CHECK(strcmp(ag_shell_word("runs/quick-start_1.0", &arena), "runs/quick-start_1.0") == 0,
          "nothing to quote");
    static const char *const texts[] = {"a b",
                                        "it's",
                                        "",
                                        "$HOME `id` \"x\" \\ * ;",
                                        "\n",
                                        "~",
                                        "#",
                                        "\033]0;x\a",
                                        "50%\r'\\n\"",
                                        "-\001",
                                        "\xff\xfe \xc2\x9b",
                                        "\xe2\x80\xae\tx\n\n"};
    for (int i = 0; i < AG_COUNT(texts); i++) {
        char back[256];
        through_shell(ag_shell_word(texts[i], &arena), back);
        const char *text = texts[i];
        CHECK(strcmp(back[0] == '.' ? back + 2 : back, text) == 0, "'%s' came back as '%s'", text,
              back);
        for (const char *c = ag_shell_word(text, &arena); *c; c++)
            CHECK((unsigned char)*c >= ' ' || *c == '\n', "'%s' has a raw %d", text, *c);
    }
    CHECK(strcmp(ag_shell_word("-o", &arena), "./-o") == 0, "no option");
    CHECK(strcmp(ag_shell_word("-a b", &arena), "'./-a b'") == 0, "no option, in quotes");
    ag_arena_close(&arena);
    return check_report();
}
