/* Where a file lies that the user named in a parameter. */
#ifndef AG_USER_FILE_H
#define AG_USER_FILE_H

#include "datasets/dataset.h"

/* `name` as it is if absolute ("~/" is the home folder); else the first there is: in the
 * folder of the experiment file that the choice was read from, in the current folder, in
 * the folders of ACTGRID_DATA. AG_DATA with the places that were looked at. */
ag_status ag_user_file(const ag_choice *choice, const char *name, ag_arena *arena,
                       const char **path, ag_error *err);

#endif
