/* What every command of the program must be. */
#include "check.h"
#include "harness/cli/command.h"

#include <string.h>

int main(void) {
    CHECK(ag_commands.n_items > 0, "there are commands");
    for (int c = 0; c < ag_commands.n_items; c++) {
        const ag_command *command = (const ag_command *)ag_commands.items[c];
        CHECK(command->n_options <= AG_OPTIONS_MAX, "%s has %d options, there is room for %d",
              command->about.name, command->n_options, AG_OPTIONS_MAX);
        for (int i = 0; i < command->n_options; i++)
            for (int j = 0; j < i; j++)
                CHECK(strcmp(command->options[i].name, command->options[j].name) != 0,
                      "%s has --%s twice", command->about.name, command->options[i].name);
    }
    return check_report();
}
