/* The figure of a reproduction. */
#ifndef AG_PAPER_FIGURE_H
#define AG_PAPER_FIGURE_H

#include "harness/cli/reproduction.h"

/* Draws the paper's figure of the store in `folder` into it, as ag_report_file does. *file is its
 * name there, "box_mean_train_loss.svg"; NULL if the paper has none, or the store nothing for it:
 * why is said on stderr. A metric is that of the paper's first number. */
ag_status ag_paper_figure_draw(const ag_reproduction *r, const char *folder, ag_arena *arena,
                               const char **file, ag_error *err);

#endif
