#!/usr/bin/env bash
# A store in which a sweep of N trials is finished, in seconds: one seed is trained, and its rows
# are copied for all others. Every trial has its own id, seed, settings and partners in pairs;
# arrays are those of the first seed. To measure what `run`, `plan` and `status` do with it.
#
#     benchmarks/finished_sweep.sh ACTGRID DIR [SEEDS]      makes DIR/sweep.yaml and DIR/store
set -euo pipefail
actgrid=$1 dir=$2 seeds=${3:-1000}
mkdir -p "$dir"
cat >"$dir/sweep.yaml" <<YAML
name: finished
dataset: blobs
model: {type: mlp, depth: 2, width: 8}
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.1}
training: {epochs: 2, batch_size: 64}
grid:
  activation: [relu, gelu, tanh, elu, selu, swish, sigmoid, prelu, softplus, leaky_relu,
               {name: elu, alpha: 0.2}, {name: elu, alpha: 0.4}, {name: elu, alpha: 0.6},
               {name: elu, alpha: 0.8}, {name: leaky_relu, slope: 0.05},
               {name: leaky_relu, slope: 0.1}, {name: leaky_relu, slope: 0.2},
               {name: swish, beta: 0.5}, {name: swish, beta: 2}, {name: swish, beta: 4}]
  optimizer.learning_rate: [0.3, 0.1, 0.03, 0.01, 0.003]
seeds: $seeds
YAML
"$actgrid" run "$dir/sweep.yaml" seeds=1 -o "$dir/store" --progress=none >/dev/null
"$actgrid" plan "$dir/sweep.yaml" --trials | cut -c1-16 >"$dir/ids"

sql() { sqlite3 "$dir/store/results.sqlite" "$@"; }
per_seed=$(sql "select count(*) from trial")
columns() { # of a table, but these
    sql "select group_concat(name, ', ') from pragma_table_info('$1') where name not in ($2)"
}
trial=$(columns trial "'trial_id', 'seed', 'settings', 'number', 'pair_group'")
copy=$(for table in $(sql "select m.name from sqlite_schema m, pragma_table_info(m.name) c
                           where m.type = 'table' and c.name = 'trial'"); do
    these=$(columns "$table" "'trial'")
    echo "insert into $table (trial, $these)
          select made.number, $these from made join $table on trial = made.of;"
done)
sql <<SQL
pragma synchronous = off;
create temp table id (trial_id text);
.import $dir/ids id
begin;
create temp table first as
    select i.rowid as place, t.number from id i join trial t using (trial_id);
create temp table made as
    select i.rowid + (select max(number) from trial) as number, i.trial_id, f.number as of,
           (i.rowid - 1) / $per_seed as seed
    from id i join first f on f.place = (i.rowid - 1) % $per_seed + 1
    where i.rowid > $per_seed;
insert into trial (number, trial_id, seed, settings, pair_group, $trial)
    select made.number, made.trial_id, made.seed, json_set(settings, '\$.seed', made.seed),
           printf('%08x', made.seed) || substr(pair_group, 9), $trial
    from made join trial on trial.number = made.of;
$copy
update cell set settled = 0;
delete from cell_result; delete from cell_epoch; delete from cell_layer;
commit;
SQL
"$actgrid" run "$dir/sweep.yaml" -o "$dir/store" --progress=none >/dev/null
