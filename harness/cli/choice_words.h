/* A choice from a catalogue as words of the command line: elu alpha=0.5. */
#ifndef AG_CHOICE_WORDS_H
#define AG_CHOICE_WORDS_H

#include "harness/cli/command.h"

/* NAME key=value ... from word `first` on, read as in an experiment file, with the
 * same messages. There must be a word `first`. */
ag_status ag_choice_words(const ag_call *call, int first, const ag_catalogue *catalogue,
                          ag_choice *choice, ag_error *err);

#endif
