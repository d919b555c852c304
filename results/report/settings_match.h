/* Whether the settings of a trial have a value: `model.depth` is 8. */
#ifndef AG_SETTINGS_MATCH_H
#define AG_SETTINGS_MATCH_H

#include "harness/config/document.h"

/* `settings`: the canonical JSON of a trial, or of what trials share, as a tree. `key` is whole and
 * dotted; where it leads to a map the map's name is meant (initializer). Numbers are equal as
 * numbers, other values as texts. */
bool ag_settings_have(const ag_node *settings, const char *key, const char *value);

#endif
