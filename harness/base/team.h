/* Team: several threads that share the work inside one step of one trial.
 *
 * The thread that owns the team cuts its work into chunks, by the size of the problem alone,
 * and takes them one by one; whoever has joined takes chunks too. A chunk writes what no other
 * chunk reads or writes, so that the result does not depend on who did what, nor on how many
 * there were: nobody, always the same, or threads that come and go.
 *
 *     owner      new, begin, for, for, ..., end                 one thread
 *     others     help                                            any thread, at any time
 *
 * A team of one is a plain loop. With others, a call of ag_team_for costs about a microsecond;
 * chunks of less than that are not worth sharing. Whoever waits looks for work for some
 * microseconds and then sleeps, and leaves a team that has no use for it.
 */
#ifndef AG_TEAM_H
#define AG_TEAM_H

#include "harness/base/arena.h"

typedef struct ag_team ag_team;

/* Threads of a team at most, its owner included; chunks of a job that is shared at most: of
 * more, the owner does all. */
enum { AG_TEAM_MEMBERS_MAX = 16, AG_TEAM_CHUNKS_MAX = (1 << 20) - 1 };

/* Chunk `chunk` of a job, done by `member`: 0 is the owner, others are below
 * AG_TEAM_MEMBERS_MAX. No two threads have the same number at a time, so that it can choose
 * room to work in. May not call ag_team_for on the same team. */
typedef void ag_team_work(void *context, int chunk, int member);

/* A team that nobody can join yet. It must live, with its arena, until all have left. NULL: out
 * of memory. */
ag_team *ag_team_new(ag_arena *arena);

/* From now on others may join. */
void ag_team_begin(ag_team *team);

/* Others leave, and find nothing to join. */
void ag_team_end(ag_team *team);

/* Calls work(context, chunk, member) once for each chunk from 0 to n_chunks - 1, in any order
 * and on several threads; returns when all are done, and what they wrote is there. team NULL:
 * a loop. Owner only. */
void ag_team_for(ag_team *team, int n_chunks, ag_team_work *work, void *context);

/* Threads in it at this moment, its owner included. NULL: 1. */
int ag_team_members(ag_team *team);

/* Joins, and takes chunks until the owner ends the team, until there was none for some
 * milliseconds, or until it has done `most` of them (below 0: no limit). Returns how many it
 * did; -1 at once if there is nothing to join: not begun, ended, or full. */
long ag_team_help(ag_team *team, long most);

#endif
