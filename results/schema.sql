-- The tables of results.sqlite: what a run leaves behind, and the questions it answers.
--
-- This file is the reference, and the program creates the store with it. Numbers that do not
-- exist (no validation part, a layer that has no such metric, NaN) are NULL. A loss that left
-- the finite numbers upwards is stored as infinity, which SQLite reads and writes as 9e999.
-- Losses are means over examples of what trial.loss names (natural logarithms, squares of the
-- targets' unit after dataset.standardize_target, ...), without label smoothing. Accuracies and
-- fractions lie in 0..1. Where numbers are to be predicted there is no accuracy, but *_r2: 1 -
-- sum of squared errors / sum of squares around the mean of each target in that part, all
-- targets together; 1 is perfect, 0 as good as their mean; of one meaning for every loss.
-- Times are in seconds, moments are UTC in ISO 8601. The seconds of a trial that was interrupted and
-- went on from a checkpoint are the sum of its parts; it started when the first of them did.

PRAGMA application_id = 0x61637467; -- 'actg': `file results.sqlite` shows it
PRAGMA user_version = 9;            -- format of the store; a program refuses newer ones

-- Every experiment that ran into this store: a store can be extended with other values.
CREATE TABLE experiment (
    experiment_id INTEGER PRIMARY KEY, -- in order of arrival; trial.experiment_id points here
    name          TEXT NOT NULL,
    description   TEXT NOT NULL,
    file          TEXT,                -- as given on the command line
    source        TEXT NOT NULL,       -- the file's text
    resolved      TEXT NOT NULL,       -- JSON: overrides applied, standard values filled in
    created_at    TEXT NOT NULL
) STRICT;

-- How far the last run of each experiment came. `done` and `failed` change in the transaction
-- of the trial they count; `status` reads them.
CREATE TABLE progress (
    experiment_id INTEGER PRIMARY KEY,
    planned       INTEGER NOT NULL, -- trials of the experiment
    done          INTEGER NOT NULL, -- of these, finished or diverged
    done_before   INTEGER NOT NULL, -- `done` when the last run began
    failed        INTEGER NOT NULL, -- in the last run
    run_began_at  TEXT NOT NULL,
    updated_at    TEXT NOT NULL,    -- when the last trial arrived
    peak_bytes    INTEGER           -- memory of the process that ran it: of all runs the most
) STRICT;

-- Where the numbers come from: version, compiler, processor, libraries, data checksums. Where
-- `origin` is equal (of the program, the C library, the processor and its level), so are the bits
-- of the same trial.
-- A second set of rows appears only when something differs from the sets already there.
CREATE TABLE environment (
    environment_id INTEGER NOT NULL, -- trial.environment_id points here
    key            TEXT NOT NULL,
    value          TEXT,
    PRIMARY KEY (environment_id, key)
) STRICT, WITHOUT ROWID;

-- One row per trial: one point of the grid with one seed. A trial exists if and only if its
-- row does. train_*, val_* and test_* are those of the chosen epoch's weights: the last epoch,
-- or with training.early_stopping the best one on validation; NULL for a diverged trial. best_*
-- are of the epoch with the lowest validation loss.
CREATE TABLE trial (
    trial_id           TEXT NOT NULL UNIQUE CHECK (length(trial_id) = 16), -- hash of the settings
    status             TEXT NOT NULL CHECK (status IN ('finished', 'diverged', 'failed')),
    phase              TEXT NOT NULL, -- 'grid': an ordinary point of the grid; 'tune', 'final': see selection
    dataset            TEXT NOT NULL,
    model              TEXT NOT NULL,
    activation         TEXT NOT NULL, -- with what is not standard: elu(alpha=0.5)
    activation_name    TEXT NOT NULL, -- elu
    initializer        TEXT NOT NULL,
    depth              INTEGER,       -- hidden layers
    width              INTEGER,
    optimizer          TEXT NOT NULL,
    learning_rate      REAL,
    batch_size         INTEGER,
    training           TEXT NOT NULL, -- with what is not standard: epochs=20 loss=huber
    loss               TEXT NOT NULL, -- what *_loss is: mean_squared_error; 'auto' if it failed
    seed               INTEGER NOT NULL,
    settings           TEXT NOT NULL CHECK (json_valid(settings)), -- settings ->> '$.training.epochs'
    parameters         INTEGER,       -- learned numbers of the whole net
    epochs             INTEGER,       -- done
    steps              INTEGER,       -- done
    train_loss         REAL,
    train_accuracy     REAL,
    train_r2           REAL,
    val_loss           REAL,
    val_accuracy       REAL,
    val_r2             REAL,
    test_loss          REAL,
    test_accuracy      REAL,
    test_r2            REAL,
    best_val_loss      REAL,
    best_val_accuracy  REAL,
    best_epoch         INTEGER,
    chosen_epoch       INTEGER,       -- whose weights were tested; NULL unless finished
    stopped_early      INTEGER,       -- 1: validation no longer improved, epochs were left
    diverged_step      INTEGER,       -- from 1, 0: before the first; these three: NULL unless diverged
    diverged_layer     INTEGER,       -- the first layer that was not finite
    diverged_what      TEXT,          -- loss, gradient, weights or (running) statistics
    -- First hidden layer's norm over the last hidden layer's: of dLoss/dW (gradient) and of
    -- dLoss/dz (delta), before the first step (initial) and in the last epoch. NULL where one
    -- is not finite or the last layer's is 0.
    gradient_decay_initial REAL,
    gradient_decay     REAL,
    delta_decay_initial REAL,
    delta_decay        REAL,
    dead_fraction_initial REAL,       -- mean over the hidden layers
    dead_fraction      REAL,
    seconds            REAL,
    probe_seconds      REAL,          -- of these, spent observing
    samples_per_second REAL,
    flops              REAL,          -- floating-point operations of the whole trial
    digest             TEXT,          -- of the final weights: equal digests, equal bits
    error              TEXT,          -- why it failed
    started_at         TEXT,
    finished_at        TEXT,
    experiment_id      INTEGER NOT NULL,
    environment_id     INTEGER NOT NULL,
    -- Hashes of the phase and the settings without ...
    cell               TEXT NOT NULL, -- ... the seed: trials to be averaged
    rate_group         TEXT NOT NULL, -- ... the seed and the learning rate: rates to choose from
    pair_group         TEXT NOT NULL, -- ... the activation: trials to be paired, seed by seed
    number             INTEGER PRIMARY KEY -- in order of arrival: what the tables *_row call `trial`
) STRICT;

-- epoch, layer, layer_epoch and activation_parameter are views that put trial_id in front of the
-- rows of a trial. The rows themselves have its number: they are appended in order of arrival,
-- which is twice as fast as finding the places of random ids, and their keys are a tenth of a row
-- instead of a quarter.

-- Epoch 0 is the state before the first step.
CREATE TABLE epoch_row (
    trial          INTEGER NOT NULL,
    epoch          INTEGER NOT NULL,
    step           INTEGER,       -- steps done at its end
    learning_rate  REAL,          -- of its last step
    train_loss     REAL,          -- mean over its steps; epoch 0: over the training part
    train_accuracy REAL,
    val_loss       REAL,          -- after it
    val_accuracy   REAL,
    val_r2         REAL,
    grad_norm      REAL,          -- of the gradient of all parameters
    seconds        REAL,
    PRIMARY KEY (trial, epoch)
) STRICT, WITHOUT ROWID;

CREATE VIEW epoch AS
SELECT t.trial_id, e.epoch, e.step, e.learning_rate, e.train_loss, e.train_accuracy, e.val_loss,
       e.val_accuracy, e.val_r2, e.grad_norm, e.seconds
FROM trial t CROSS JOIN epoch_row e ON e.trial = t.number;

CREATE TABLE layer_row (
    trial          INTEGER NOT NULL,
    layer          INTEGER NOT NULL, -- from 1 at the input
    name           TEXT NOT NULL,    -- the last is 'output'; the others are the hidden layers
    kind           TEXT NOT NULL,    -- of what has the weights: dense, conv; a normalization behind it counts to it
    units          INTEGER,
    parameters     INTEGER,
    grad_norm_min  REAL,             -- smallest of layer_epoch.grad_norm
    vanished_epoch INTEGER,          -- the first epoch with a grad_norm under 1e-7; NULL: none
    PRIMARY KEY (trial, layer)
) STRICT, WITHOUT ROWID;

CREATE VIEW layer AS
SELECT t.trial_id, l.layer, l.name, l.kind, l.units, l.parameters, l.grad_norm_min,
       l.vanished_epoch
FROM trial t CROSS JOIN layer_row l ON l.trial = t.number;

-- The trained net on noisy inputs (training.robustness): a row per level of noise.
CREATE TABLE robustness (
    trial_id TEXT NOT NULL,
    noise    TEXT NOT NULL,    -- 'normal' or 'uniform'
    level    REAL NOT NULL,    -- standard deviation, or from -level to level: of prepared inputs
    part     TEXT NOT NULL,    -- 'test', or 'validation' where there is no test part
    loss     REAL,
    accuracy REAL,
    r2       REAL,
    PRIMARY KEY (trial_id, noise, level)
) STRICT, WITHOUT ROWID;

-- What the probes saw; their units and meanings: `actgrid probes`. A column per probe: those behind
-- saturated_fraction, of probes on request, came with format 9.
CREATE TABLE layer_epoch_row (
    trial              INTEGER NOT NULL,
    epoch              INTEGER NOT NULL,
    layer              INTEGER NOT NULL,
    grad_norm          REAL,
    delta_norm         REAL,
    weight_norm        REAL,
    update_ratio       REAL,
    activation_mean    REAL,
    activation_std     REAL,
    preactivation_mean REAL,
    preactivation_std  REAL,
    dead_fraction      REAL,
    zero_fraction      REAL,
    saturated_fraction REAL, singular_mean REAL, activation_median REAL,
    PRIMARY KEY (trial, epoch, layer)
) STRICT, WITHOUT ROWID;

CREATE VIEW layer_epoch AS
SELECT t.trial_id, e.epoch, e.layer, e.grad_norm, e.delta_norm, e.weight_norm, e.update_ratio,
       e.activation_mean, e.activation_std, e.preactivation_mean, e.preactivation_std,
       e.dead_fraction, e.zero_fraction, e.saturated_fraction, e.singular_mean, e.activation_median
FROM trial t CROSS JOIN layer_epoch_row e ON e.trial = t.number;

-- What the trials of a cell share. `settled`: its means stand in the tables cell_*, which
-- the program fills now and then, and when a run ends; until then the views cell_*_now compute
-- them, from the same rows in the same order.
CREATE TABLE cell (
    cell          TEXT PRIMARY KEY,
    phase         TEXT NOT NULL,
    dataset       TEXT NOT NULL,
    model         TEXT NOT NULL,
    activation    TEXT NOT NULL,
    initializer   TEXT NOT NULL,
    depth         INTEGER,
    width         INTEGER,
    optimizer     TEXT NOT NULL,
    learning_rate REAL,
    batch_size    INTEGER,
    training      TEXT NOT NULL,
    rate_group    TEXT NOT NULL,
    settings      TEXT NOT NULL, -- JSON without the seed
    settled       INTEGER NOT NULL CHECK (settled IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX cell_unsettled ON cell (cell) WHERE settled = 0;

-- Since format 5: of trials that ran before there are no rows.

-- What became of the learned parameters of activations: of a layer's values at the end of an epoch.
CREATE TABLE activation_parameter_row (
    trial INTEGER NOT NULL,
    epoch INTEGER NOT NULL, -- 0: as they begin
    layer INTEGER NOT NULL, -- of one that layers share (learned: shared), the first of them
    name  TEXT NOT NULL,    -- slope
    mean  REAL,
    min   REAL,
    max   REAL,
    PRIMARY KEY (trial, epoch, layer, name)
) STRICT, WITHOUT ROWID;

CREATE VIEW activation_parameter AS
SELECT t.trial_id, p.epoch, p.layer, p.name, p.mean, p.min, p.max
FROM trial t CROSS JOIN activation_parameter_row p ON p.trial = t.number;

-- Since format 7: of trials that ran before there are no rows.

-- The last 64 steps of diverged trials, in which step 0 is the state before the first: the last row
-- of a trial is of the step in which it diverged, trial.diverged_step, with what there was of it.
-- Layer 0 is the whole net; it alone has a loss and a learning rate. grad_norm is before clipping,
-- and in layer 0 that of all parameters; the others are of the weights. NULL: what a step did not
-- come to (no gradient without a finite loss, no update without a finite gradient, neither in step
-- 0), and what is no number.
CREATE TABLE flight_row (
    trial             INTEGER NOT NULL,
    step              INTEGER NOT NULL,
    layer             INTEGER NOT NULL,
    epoch             INTEGER NOT NULL,
    loss              REAL, -- of the mini-batch, before the update; step 0: over the training part
    learning_rate     REAL,
    grad_norm         REAL,
    weight_norm       REAL, -- after the update; before it, where there was none
    update_ratio      REAL, -- norm of the change of the weights over theirs before
    preactivation_max REAL, -- largest |z|; the last step only: of the pass that was not finite, or
                            -- of the forward pass before a gradient, update or statistic was not
    PRIMARY KEY (trial, step, layer)
) STRICT, WITHOUT ROWID;

CREATE VIEW flight AS
SELECT t.trial_id, f.step, f.epoch, f.layer, l.name, f.loss, f.learning_rate, f.grad_norm,
       f.weight_norm, f.update_ratio, f.preactivation_max
FROM trial t CROSS JOIN flight_row f ON f.trial = t.number
    LEFT JOIN layer_row l ON l.trial = f.trial AND l.layer = f.layer;

-- Since format 8: of experiments that ran before there are no rows.

-- What `tuning` chose. Trials of the phase 'tune' have no test part; of those that differ in nothing
-- but what was tuned and the seed, the best on validation was trained again with other seeds, as
-- the trials of `cell`, of the phase 'final'. Those of an earlier choice stay in the store, and no
-- comparison is of them: it is JOIN selection USING (cell).
CREATE TABLE selection (
    tuning_group   TEXT PRIMARY KEY, -- hash of group_settings
    group_settings TEXT NOT NULL,    -- JSON: what the candidates share
    activation     TEXT NOT NULL,
    chosen         TEXT NOT NULL,    -- JSON: {"optimizer.learning_rate":0.03}
    label          TEXT NOT NULL,    -- learning_rate=0.03
    cell           TEXT NOT NULL,
    metric         TEXT NOT NULL,    -- column of `trial` by which it was chosen
    value          REAL,             -- its mean over the finished trials of the winner
    seeds          INTEGER NOT NULL, -- how many trials of it there were
    diverged       INTEGER NOT NULL, -- of these; a candidate with one stands behind all without
    candidates     INTEGER NOT NULL, -- that were compared: the same number in every group
    trials         INTEGER NOT NULL, -- that it took
    how            TEXT NOT NULL,    -- grid, random(random=20), sobol(sobol=32)
    edge           TEXT,             -- learning_rate=1 is the largest of 5; NULL: on no edge
    chosen_at      TEXT NOT NULL,
    experiment_id  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was chosen before, by other seeds or among other candidates.
CREATE TABLE selection_past (
    number         INTEGER PRIMARY KEY, -- in order of replacement
    replaced_at    TEXT NOT NULL,
    tuning_group   TEXT NOT NULL,
    chosen         TEXT NOT NULL,
    label          TEXT NOT NULL,
    cell           TEXT NOT NULL,
    metric         TEXT NOT NULL,
    value          REAL,
    seeds          INTEGER NOT NULL,
    diverged       INTEGER NOT NULL,
    candidates     INTEGER NOT NULL,
    trials         INTEGER NOT NULL,
    how            TEXT NOT NULL,
    edge           TEXT,
    chosen_at      TEXT NOT NULL
) STRICT;

-- Derived: all that follows comes from the tables above. A store of an older format gets it
-- anew when a run opens it; whatever is changed above this line needs more than that.

-- The first ends in trial_id so that sums always run in one order, and has what @seeds asks for;
-- the second holds all that `pairs` reads.
CREATE INDEX trial_cell ON trial (cell, status, trial_id, val_accuracy, val_r2, val_loss);
CREATE INDEX trial_pair ON trial (pair_group, activation, status, cell, val_accuracy, val_loss);
CREATE INDEX trial_diverged ON trial (trial_id) WHERE status = 'diverged';
-- All of a cell but its settings, which are nine tenths of it: views that do not show them read a
-- tenth of the pages, which is what a question to a store that is not in memory waits for.
CREATE INDEX cell_brief
    ON cell (cell, activation, initializer, depth, width, dataset, model, optimizer, learning_rate,
             batch_size, training, phase, rate_group);
CREATE INDEX cell_curve ON cell (phase, dataset, model, activation, initializer, optimizer, training);

-- The counts are of all trials of a cell, everything else of the finished ones.
CREATE TABLE cell_result (
    cell                   TEXT PRIMARY KEY,
    n                      INTEGER NOT NULL, -- finished
    diverged               INTEGER NOT NULL,
    failed                 INTEGER NOT NULL,
    val_accuracy_mean      REAL,
    val_accuracy_std       REAL,
    test_accuracy_mean     REAL,
    test_accuracy_std      REAL,
    val_r2_mean            REAL,
    val_r2_std             REAL,
    test_r2_mean           REAL,
    test_r2_std            REAL,
    val_loss_mean          REAL,
    val_loss_std           REAL,
    test_loss_mean         REAL,
    test_loss_std          REAL,
    train_loss_mean        REAL,
    best_val_accuracy_mean REAL,
    seconds_mean           REAL,
    gradient_decay_initial REAL, -- these four: geometric means
    gradient_decay         REAL,
    delta_decay_initial    REAL,
    delta_decay            REAL,
    samples_per_second_mean REAL,
    flops_per_second_mean  REAL,
    probe_share_mean       REAL -- of the seconds, spent observing
) STRICT, WITHOUT ROWID;

CREATE TABLE cell_epoch (
    cell           TEXT NOT NULL,
    epoch          INTEGER NOT NULL,
    n              INTEGER NOT NULL,
    train_loss     REAL,
    train_accuracy REAL,
    val_loss       REAL,
    val_accuracy   REAL,
    val_r2         REAL,
    PRIMARY KEY (cell, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE cell_layer (
    cell                  TEXT NOT NULL,
    layer                 INTEGER NOT NULL,
    name                  TEXT NOT NULL,
    n                     INTEGER NOT NULL,
    dead_fraction_initial REAL,
    dead_fraction         REAL,
    dead_fraction_max     REAL,
    zero_fraction         REAL,
    saturated_fraction    REAL,
    vanished              INTEGER NOT NULL, -- trials with a vanished_epoch; of these ...
    vanished_epoch        INTEGER,          -- ... the first,
    vanished_grad_norm    REAL,             -- ... the smallest grad_norm
    PRIMARY KEY (cell, layer)
) STRICT, WITHOUT ROWID;

CREATE TABLE cell_robustness (
    cell     TEXT NOT NULL,
    noise    TEXT NOT NULL,
    level    REAL NOT NULL,
    part     TEXT NOT NULL,
    n        INTEGER NOT NULL,
    loss     REAL,
    accuracy REAL,
    r2       REAL,
    PRIMARY KEY (cell, noise, level)
) STRICT, WITHOUT ROWID;

-- Two cells that differ in nothing but the activation, of which a has the first name: seed by
-- seed, a minus b, over the seeds for which both finished. Valid if both cells are settled.
CREATE TABLE cell_pair (
    cell_a              TEXT NOT NULL,
    cell_b              TEXT NOT NULL,
    ran                 INTEGER NOT NULL, -- seeds that both were tried with
    n                   INTEGER NOT NULL, -- of these, both finished
    difference          REAL,             -- mean, of validation accuracies
    difference_std      REAL,             -- between seeds (n - 1)
    loss_difference     REAL,             -- likewise, of validation losses
    loss_difference_std REAL,
    a_better            INTEGER,          -- NULL if no seed has either
    b_better            INTEGER,
    PRIMARY KEY (cell_a, cell_b)
) STRICT, WITHOUT ROWID;

-- What the cells of a curve share: they differ in learning rate, batch size and what only
-- `settings` says. `settled`: all its cells are, and its means stand in curve_epoch.
CREATE TABLE curve (
    curve       INTEGER PRIMARY KEY,
    phase       TEXT NOT NULL,
    dataset     TEXT NOT NULL,
    model       TEXT NOT NULL,
    activation  TEXT NOT NULL,
    initializer TEXT NOT NULL,
    optimizer   TEXT NOT NULL,
    training    TEXT NOT NULL,
    depth       INTEGER, -- these two: as `model` says
    width       INTEGER,
    settled     INTEGER NOT NULL CHECK (settled IN (0, 1)),
    UNIQUE (phase, dataset, model, activation, initializer, optimizer, training)
) STRICT;
CREATE INDEX curve_unsettled ON curve (curve) WHERE settled = 0;

-- Means of the means of cells: a cell counts once, whatever its number of seeds.
CREATE TABLE curve_epoch (
    curve          INTEGER NOT NULL,
    epoch          INTEGER NOT NULL,
    cells          INTEGER NOT NULL,
    n              INTEGER NOT NULL, -- trials
    train_loss     REAL,
    train_accuracy REAL,
    val_loss       REAL,
    val_accuracy   REAL,
    val_r2         REAL,
    PRIMARY KEY (curve, epoch)
) STRICT, WITHOUT ROWID;

-- What cell_result will hold for the cells that are not settled. The means first, then the
-- squares around them: sums of squares cancel. A 0 makes a geometric mean 0.
CREATE VIEW cell_result_now AS
WITH average AS (
    SELECT c.cell AS cell, avg(t.val_accuracy) FILTER (WHERE t.status = 'finished') AS val_accuracy,
           avg(t.test_accuracy) FILTER (WHERE t.status = 'finished') AS test_accuracy,
           avg(t.val_r2) FILTER (WHERE t.status = 'finished') AS val_r2,
           avg(t.test_r2) FILTER (WHERE t.status = 'finished') AS test_r2,
           avg(t.val_loss) FILTER (WHERE t.status = 'finished') AS val_loss,
           avg(t.test_loss) FILTER (WHERE t.status = 'finished') AS test_loss
    FROM cell c CROSS JOIN trial t ON t.cell = c.cell
    WHERE c.settled = 0
    GROUP BY c.cell
)
SELECT a.cell AS cell, sum(t.status = 'finished') AS n, sum(t.status = 'diverged') AS diverged,
       sum(t.status = 'failed') AS failed, a.val_accuracy AS val_accuracy_mean,
       sqrt(sum((t.val_accuracy - a.val_accuracy) * (t.val_accuracy - a.val_accuracy)) FILTER (WHERE t.status = 'finished')
           / nullif(count(t.val_accuracy) FILTER (WHERE t.status = 'finished') - 1, 0)) AS val_accuracy_std,
       a.test_accuracy AS test_accuracy_mean,
       sqrt(sum((t.test_accuracy - a.test_accuracy) * (t.test_accuracy - a.test_accuracy)) FILTER (WHERE t.status = 'finished')
           / nullif(count(t.test_accuracy) FILTER (WHERE t.status = 'finished') - 1, 0)) AS test_accuracy_std,
       a.val_r2 AS val_r2_mean,
       sqrt(sum((t.val_r2 - a.val_r2) * (t.val_r2 - a.val_r2)) FILTER (WHERE t.status = 'finished')
           / nullif(count(t.val_r2) FILTER (WHERE t.status = 'finished') - 1, 0)) AS val_r2_std,
       a.test_r2 AS test_r2_mean,
       sqrt(sum((t.test_r2 - a.test_r2) * (t.test_r2 - a.test_r2)) FILTER (WHERE t.status = 'finished')
           / nullif(count(t.test_r2) FILTER (WHERE t.status = 'finished') - 1, 0)) AS test_r2_std,
       a.val_loss AS val_loss_mean,
       sqrt(sum((t.val_loss - a.val_loss) * (t.val_loss - a.val_loss)) FILTER (WHERE t.status = 'finished')
           / nullif(count(t.val_loss) FILTER (WHERE t.status = 'finished') - 1, 0)) AS val_loss_std,
       a.test_loss AS test_loss_mean,
       sqrt(sum((t.test_loss - a.test_loss) * (t.test_loss - a.test_loss)) FILTER (WHERE t.status = 'finished')
           / nullif(count(t.test_loss) FILTER (WHERE t.status = 'finished') - 1, 0)) AS test_loss_std,
       avg(t.train_loss) FILTER (WHERE t.status = 'finished') AS train_loss_mean,
       avg(t.best_val_accuracy) FILTER (WHERE t.status = 'finished') AS best_val_accuracy_mean,
       avg(t.seconds) FILTER (WHERE t.status = 'finished') AS seconds_mean,
       CASE WHEN min(t.gradient_decay_initial) FILTER (WHERE t.status = 'finished') = 0 THEN 0.0
           ELSE exp(avg(ln(t.gradient_decay_initial)) FILTER (WHERE t.status = 'finished')) END AS gradient_decay_initial,
       CASE WHEN min(t.gradient_decay) FILTER (WHERE t.status = 'finished') = 0 THEN 0.0
           ELSE exp(avg(ln(t.gradient_decay)) FILTER (WHERE t.status = 'finished')) END AS gradient_decay,
       CASE WHEN min(t.delta_decay_initial) FILTER (WHERE t.status = 'finished') = 0 THEN 0.0
           ELSE exp(avg(ln(t.delta_decay_initial)) FILTER (WHERE t.status = 'finished')) END AS delta_decay_initial,
       CASE WHEN min(t.delta_decay) FILTER (WHERE t.status = 'finished') = 0 THEN 0.0
           ELSE exp(avg(ln(t.delta_decay)) FILTER (WHERE t.status = 'finished')) END AS delta_decay,
       avg(t.samples_per_second) FILTER (WHERE t.status = 'finished') AS samples_per_second_mean,
       avg(t.flops / t.seconds) FILTER (WHERE t.status = 'finished') AS flops_per_second_mean,
       avg(t.probe_seconds / t.seconds) FILTER (WHERE t.status = 'finished') AS probe_share_mean
FROM average a CROSS JOIN trial t ON t.cell = a.cell
GROUP BY a.cell;

-- What cell_epoch will hold for the cells that are not settled. The types (here and below) are
-- those of the table: views of both are then read straight from the tables, which takes a third
-- of the time of going through an intermediate row.
CREATE VIEW cell_epoch_now AS
SELECT c.cell AS cell, e.epoch AS epoch, CAST(count(*) AS INTEGER) AS n,
       CAST(avg(e.train_loss) AS REAL) AS train_loss,
       CAST(avg(e.train_accuracy) AS REAL) AS train_accuracy,
       CAST(avg(e.val_loss) AS REAL) AS val_loss,
       CAST(avg(e.val_accuracy) AS REAL) AS val_accuracy, CAST(avg(e.val_r2) AS REAL) AS val_r2
FROM cell c
    CROSS JOIN trial t ON t.cell = c.cell AND t.status = 'finished'
    CROSS JOIN epoch_row e ON e.trial = t.number
WHERE c.settled = 0
GROUP BY c.cell, e.epoch;

-- What cell_layer will hold for the cells that are not settled: hidden layers, epoch 0 and
-- the last one.
CREATE VIEW cell_layer_now AS
SELECT c.cell AS cell, l.layer AS layer, CAST(max(l.name) AS TEXT) AS name,
       CAST(count(*) AS INTEGER) AS n,
       CAST(avg(first.dead_fraction) AS REAL) AS dead_fraction_initial,
       CAST(avg(last.dead_fraction) AS REAL) AS dead_fraction,
       CAST(max(last.dead_fraction) AS REAL) AS dead_fraction_max,
       CAST(avg(last.zero_fraction) AS REAL) AS zero_fraction,
       CAST(avg(last.saturated_fraction) AS REAL) AS saturated_fraction,
       CAST(count(l.vanished_epoch) AS INTEGER) AS vanished,
       CAST(min(l.vanished_epoch) AS INTEGER) AS vanished_epoch,
       CAST(min(l.grad_norm_min) FILTER (WHERE l.vanished_epoch IS NOT NULL) AS REAL)
           AS vanished_grad_norm
FROM cell c
    CROSS JOIN trial t ON t.cell = c.cell AND t.status = 'finished'
    CROSS JOIN layer_row l ON l.trial = t.number AND l.name <> 'output'
    LEFT JOIN layer_epoch_row first
        ON first.trial = t.number AND first.epoch = 0 AND first.layer = l.layer
    LEFT JOIN layer_epoch_row last
        ON last.trial = t.number AND last.layer = l.layer
        AND last.epoch = (SELECT max(epoch) FROM epoch_row WHERE trial = t.number)
WHERE c.settled = 0
GROUP BY c.cell, l.layer;

-- What cell_robustness will hold for the cells that are not settled.
CREATE VIEW cell_robustness_now AS
SELECT c.cell AS cell, r.noise AS noise, r.level AS level, max(r.part) AS part, count(*) AS n,
       avg(r.loss) AS loss, avg(r.accuracy) AS accuracy, avg(r.r2) AS r2
FROM cell c
    CROSS JOIN trial t ON t.cell = c.cell AND t.status = 'finished'
    CROSS JOIN robustness r ON r.trial_id = t.trial_id
WHERE c.settled = 0
GROUP BY c.cell, r.noise, r.level;

-- What cell_pair will hold for pairs in which a cell is not settled.
CREATE VIEW cell_pair_now AS
WITH touched AS (
    SELECT t.cell AS cell_a, o.cell AS cell_b, o.activation AS activation_b
    FROM cell c CROSS JOIN trial t ON t.cell = c.cell
        CROSS JOIN trial o INDEXED BY trial_pair
            ON o.pair_group = t.pair_group AND o.activation > t.activation
    WHERE c.settled = 0
    UNION
    SELECT o.cell, t.cell, t.activation
    FROM cell c CROSS JOIN trial t ON t.cell = c.cell
        CROSS JOIN trial o INDEXED BY trial_pair
            ON o.pair_group = t.pair_group AND o.activation < t.activation
    WHERE c.settled = 0
), twin AS (
    SELECT p.cell_a, p.cell_b, a.status = 'finished' AND b.status = 'finished' AS both,
           CASE WHEN a.status = 'finished' AND b.status = 'finished'
               THEN a.val_accuracy - b.val_accuracy END AS difference,
           CASE WHEN a.status = 'finished' AND b.status = 'finished'
               THEN a.val_loss - b.val_loss END AS loss_difference
    FROM touched p CROSS JOIN trial a INDEXED BY trial_cell ON a.cell = p.cell_a
        CROSS JOIN trial b INDEXED BY trial_pair
            ON b.pair_group = a.pair_group AND b.activation = p.activation_b
            AND b.cell = p.cell_b
)
SELECT cell_a, cell_b, count(*) AS ran, sum(both) AS n, avg(difference) AS difference,
       sqrt(sum((difference - mean) * (difference - mean)) / nullif(count(difference) - 1, 0))
           AS difference_std,
       avg(loss_difference) AS loss_difference,
       sqrt(sum((loss_difference - loss_mean) * (loss_difference - loss_mean))
           / nullif(count(loss_difference) - 1, 0)) AS loss_difference_std,
       sum(coalesce(difference, -loss_difference) > 0) AS a_better,
       sum(coalesce(difference, -loss_difference) < 0) AS b_better
FROM (SELECT *, avg(difference) OVER pair AS mean, avg(loss_difference) OVER pair AS loss_mean
      FROM twin WINDOW pair AS (PARTITION BY cell_a, cell_b))
GROUP BY cell_a, cell_b;

-- What curve_epoch will hold for the curves that are not settled.
CREATE VIEW curve_epoch_now AS
SELECT curve, epoch, CAST(count(*) AS INTEGER) AS cells, CAST(sum(n) AS INTEGER) AS n,
       CAST(avg(train_loss) AS REAL) AS train_loss,
       CAST(avg(train_accuracy) AS REAL) AS train_accuracy,
       CAST(avg(val_loss) AS REAL) AS val_loss, CAST(avg(val_accuracy) AS REAL) AS val_accuracy,
       CAST(avg(val_r2) AS REAL) AS val_r2
FROM (SELECT g.curve, e.epoch, e.n, e.train_loss, e.train_accuracy, e.val_loss, e.val_accuracy,
             e.val_r2
      FROM curve g CROSS JOIN cell c
              ON c.phase = g.phase AND c.dataset = g.dataset AND c.model = g.model
              AND c.activation = g.activation AND c.initializer = g.initializer
              AND c.optimizer = g.optimizer AND c.training = g.training
          CROSS JOIN cell_epoch e ON e.cell = c.cell
      WHERE g.settled = 0
      UNION ALL
      SELECT g.curve, e.epoch, e.n, e.train_loss, e.train_accuracy, e.val_loss, e.val_accuracy,
             e.val_r2
      FROM cell_epoch_now e CROSS JOIN cell c ON c.cell = e.cell
          CROSS JOIN curve g
              ON g.phase = c.phase AND g.dataset = c.dataset AND g.model = c.model
              AND g.activation = c.activation AND g.initializer = c.initializer
              AND g.optimizer = c.optimizer AND g.training = c.training
      WHERE g.settled = 0)
GROUP BY curve, epoch;

-- Which activation is best, at which depth, with what spread between seeds?
-- A row per cell: all trials that differ in nothing but the seed. n counts the finished
-- trials, and only these are averaged; diverged and failed ones are counted beside them.
-- *_std is the standard deviation between seeds (n - 1), NULL for one. The best comes first:
-- by validation accuracy; where numbers are predicted by R2, of which cells with different
-- losses have the same; without either by validation loss.
CREATE VIEW leaderboard AS
SELECT c.activation, c.initializer, c.depth, c.width, c.dataset, c.model, c.optimizer,
       c.learning_rate, c.batch_size, r.n, r.val_accuracy_mean, r.val_accuracy_std,
       r.test_accuracy_mean, r.test_accuracy_std, r.val_r2_mean, r.val_r2_std, r.test_r2_mean,
       r.test_r2_std, r.val_loss_mean, r.val_loss_std, r.test_loss_mean, r.test_loss_std,
       r.train_loss_mean, r.best_val_accuracy_mean, r.diverged, r.failed, r.seconds_mean,
       c.training, c.phase, c.rate_group, c.settings, c.cell
FROM (SELECT * FROM cell_result UNION ALL SELECT * FROM cell_result_now) r JOIN cell c USING (cell)
ORDER BY c.dataset, r.val_accuracy_mean DESC NULLS LAST, r.val_r2_mean DESC NULLS LAST,
         r.val_loss_mean NULLS LAST, c.cell;

-- Which learning rate should this activation have, and was the range wide enough?
-- A row per set of settings without learning rate and seed: the rate with the best mean
-- validation accuracy (R2, then loss, where there is none) of the finished trials. `below` and
-- `above` count the other rates that were tried, diverged ones too; on_edge is 1 if one of
-- them is 0, and then the best rate may lie outside.
CREATE VIEW best_learning_rate AS
WITH result AS (SELECT * FROM cell_result UNION ALL SELECT * FROM cell_result_now),
ranked AS ( -- narrow rows: sorting them twice is what this view costs
    SELECT cell,
           row_number() OVER (PARTITION BY rate_group ORDER BY n = 0,
               val_accuracy_mean DESC NULLS LAST, val_r2_mean DESC NULLS LAST,
               val_loss_mean NULLS LAST, learning_rate) AS place,
           count(*) OVER (PARTITION BY rate_group) AS rates_tried,
           rank() OVER (PARTITION BY rate_group ORDER BY learning_rate) - 1 AS below
    FROM result JOIN cell INDEXED BY cell_brief USING (cell)
)
SELECT activation, initializer, depth, width, dataset, model, optimizer, batch_size,
       learning_rate, n, val_accuracy_mean, val_accuracy_std, val_r2_mean, val_r2_std,
       val_loss_mean, diverged, rates_tried, below, rates_tried - 1 - below AS above,
       below = 0 OR below = rates_tried - 1 AS on_edge, training, phase, rate_group, cell
FROM ranked CROSS JOIN cell INDEXED BY cell_brief USING (cell) JOIN result USING (cell)
WHERE place = 1 AND n > 0
ORDER BY dataset, depth, activation, initializer, rate_group;

-- Does the gradient reach the first layers?
-- A row per cell: first hidden layer's gradient norm over the last hidden layer's (columns of
-- `trial` of the same names, per trial), as geometric means over the finished trials; a single
-- 0 makes the mean 0. 1 is even, 1e-6 has vanished, 1e6 has exploded.
CREATE VIEW gradient_decay AS
SELECT c.activation, c.initializer, c.depth, c.width, c.dataset, c.model, c.optimizer,
       c.learning_rate, c.batch_size, r.n, r.gradient_decay_initial, r.gradient_decay,
       r.delta_decay_initial, r.delta_decay, r.diverged, c.training, c.phase, c.cell
FROM (SELECT * FROM cell_result UNION ALL SELECT * FROM cell_result_now) r
    JOIN cell c INDEXED BY cell_brief USING (cell)
ORDER BY c.dataset, c.activation, c.initializer, c.depth, c.cell;

-- How many units are dead, in which layer, before and after training?
-- A row per cell and hidden layer: means over the finished trials of the last epoch, with the
-- worst trial (max) and the state before the first step (initial).
CREATE VIEW dead_units AS
SELECT c.activation, c.initializer, c.depth, c.width, c.dataset, c.model, c.optimizer,
       c.learning_rate, c.batch_size, l.layer, l.name, l.n, l.dead_fraction_initial,
       l.dead_fraction, l.dead_fraction_max, l.zero_fraction, l.saturated_fraction,
       c.training, c.phase, c.cell
FROM cell c CROSS JOIN cell_layer l ON l.cell = c.cell
UNION ALL
SELECT c.activation, c.initializer, c.depth, c.width, c.dataset, c.model, c.optimizer,
       c.learning_rate, c.batch_size, l.layer, l.name, l.n, l.dead_fraction_initial,
       l.dead_fraction, l.dead_fraction_max, l.zero_fraction, l.saturated_fraction,
       c.training, c.phase, c.cell
FROM cell_layer_now l JOIN cell c USING (cell);

-- How does training go, epoch by epoch?
-- A row per cell and epoch: means over the finished trials; n of them reached this epoch.
CREATE VIEW convergence AS
SELECT c.activation, c.initializer, c.depth, c.width, c.dataset, c.model, c.optimizer,
       c.learning_rate, c.batch_size, e.epoch, e.n, e.train_loss AS train_loss_mean,
       e.val_loss AS val_loss_mean, e.train_accuracy AS train_accuracy_mean,
       e.val_accuracy AS val_accuracy_mean, e.val_r2 AS val_r2_mean, c.training, c.phase, c.cell
FROM cell c CROSS JOIN cell_epoch e ON e.cell = c.cell
UNION ALL
SELECT c.activation, c.initializer, c.depth, c.width, c.dataset, c.model, c.optimizer,
       c.learning_rate, c.batch_size, e.epoch, e.n, e.train_loss AS train_loss_mean,
       e.val_loss AS val_loss_mean, e.train_accuracy AS train_accuracy_mean,
       e.val_accuracy AS val_accuracy_mean, e.val_r2 AS val_r2_mean, c.training, c.phase, c.cell
FROM cell_epoch_now e JOIN cell c USING (cell);

-- How does training go on the whole, whatever learning rate and batch size?
-- A row per epoch and activation, initializer, model, optimizer and training: means over the means
-- of `cells` settings, each counting once, of n finished trials that reached this epoch.
CREATE VIEW curves AS
SELECT g.activation, g.initializer, g.depth, g.width, g.dataset, g.model, g.optimizer, e.epoch,
       e.cells, e.n, e.train_loss AS train_loss_mean, e.val_loss AS val_loss_mean,
       e.train_accuracy AS train_accuracy_mean, e.val_accuracy AS val_accuracy_mean,
       e.val_r2 AS val_r2_mean, g.training, g.phase
FROM curve g CROSS JOIN curve_epoch e ON e.curve = g.curve
UNION ALL
SELECT g.activation, g.initializer, g.depth, g.width, g.dataset, g.model, g.optimizer, e.epoch,
       e.cells, e.n, e.train_loss AS train_loss_mean, e.val_loss AS val_loss_mean,
       e.train_accuracy AS train_accuracy_mean, e.val_accuracy AS val_accuracy_mean,
       e.val_r2 AS val_r2_mean, g.training, g.phase
FROM curve_epoch_now e JOIN curve g USING (curve);

-- Seed by seed, which of two activations is better, everything else being equal?
-- A row per two cells that differ in nothing but the activation. Differences are a minus b,
-- over the seeds for which both finished (n); `unpaired` seeds ran with both, but diverged or
-- failed with at least one, and are in no mean. a_better and b_better count seeds: of higher
-- validation accuracy or, where there is none, of lower validation loss.
CREATE VIEW pairs AS
SELECT a.activation AS activation_a, b.activation AS activation_b, a.initializer, a.depth,
       a.width, a.dataset, a.model, a.optimizer, a.learning_rate, a.batch_size, p.n,
       p.difference AS val_accuracy_difference_mean,
       p.difference_std AS val_accuracy_difference_std,
       p.loss_difference AS val_loss_difference_mean,
       p.loss_difference_std AS val_loss_difference_std, p.a_better, p.b_better,
       p.ran - p.n AS unpaired, a.training, a.phase, p.cell_a, p.cell_b
FROM cell_pair p CROSS JOIN cell a ON a.cell = p.cell_a AND a.settled = 1
    CROSS JOIN cell b ON b.cell = p.cell_b AND b.settled = 1
UNION ALL
SELECT a.activation AS activation_a, b.activation AS activation_b, a.initializer, a.depth,
       a.width, a.dataset, a.model, a.optimizer, a.learning_rate, a.batch_size, p.n,
       p.difference AS val_accuracy_difference_mean,
       p.difference_std AS val_accuracy_difference_std,
       p.loss_difference AS val_loss_difference_mean,
       p.loss_difference_std AS val_loss_difference_std, p.a_better, p.b_better,
       p.ran - p.n AS unpaired, a.training, a.phase, p.cell_a, p.cell_b
FROM cell_pair_now p JOIN cell a ON a.cell = p.cell_a JOIN cell b ON b.cell = p.cell_b;
