-- Takes a store of format 8 back to format 3, as 0.3 had it before pairs were rolled up: for the
-- tests of what becomes of an older store. The second half is that format's own text.
BEGIN;
DROP TABLE selection; DROP TABLE selection_past;
DROP VIEW flight; DROP TABLE flight_row;
DROP VIEW activation_parameter; DROP TABLE activation_parameter_row;
DROP VIEW leaderboard; DROP VIEW best_learning_rate; DROP VIEW gradient_decay;
DROP VIEW dead_units; DROP VIEW convergence; DROP VIEW pairs; DROP VIEW curves;
DROP VIEW cell_result_now; DROP VIEW cell_epoch_now; DROP VIEW cell_layer_now;
DROP VIEW cell_pair_now; DROP VIEW cell_robustness_now; DROP VIEW curve_epoch_now;
DROP TABLE cell_result; DROP TABLE cell_epoch; DROP TABLE cell_layer; DROP TABLE cell_pair;
DROP TABLE cell_robustness; DROP TABLE curve; DROP TABLE curve_epoch;
DROP INDEX trial_cell; DROP INDEX trial_pair; DROP INDEX trial_diverged; DROP INDEX cell_curve;
DROP INDEX cell_brief;
CREATE INDEX trial_cell ON trial (cell, status, trial_id);
CREATE INDEX trial_pair ON trial (pair_group, activation, status, cell, val_accuracy, val_loss);
CREATE INDEX layer_vanished ON layer_row (trial, layer) WHERE vanished_epoch IS NOT NULL;
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
    delta_decay            REAL
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
    PRIMARY KEY (cell, layer)
) STRICT, WITHOUT ROWID;

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
           ELSE exp(avg(ln(t.delta_decay)) FILTER (WHERE t.status = 'finished')) END AS delta_decay
FROM average a CROSS JOIN trial t ON t.cell = a.cell
GROUP BY a.cell;

CREATE VIEW cell_epoch_now AS
SELECT c.cell AS cell, e.epoch AS epoch, count(*) AS n,
       avg(e.train_loss) AS train_loss, avg(e.train_accuracy) AS train_accuracy,
       avg(e.val_loss) AS val_loss, avg(e.val_accuracy) AS val_accuracy, avg(e.val_r2) AS val_r2
FROM cell c
    CROSS JOIN trial t ON t.cell = c.cell AND t.status = 'finished'
    CROSS JOIN epoch_row e ON e.trial = t.number
WHERE c.settled = 0
GROUP BY c.cell, e.epoch;

CREATE VIEW cell_layer_now AS
SELECT c.cell AS cell, l.layer AS layer, max(l.name) AS name, count(*) AS n,
       avg(first.dead_fraction) AS dead_fraction_initial,
       avg(last.dead_fraction) AS dead_fraction, max(last.dead_fraction) AS dead_fraction_max,
       avg(last.zero_fraction) AS zero_fraction, avg(last.saturated_fraction) AS saturated_fraction
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

CREATE VIEW best_learning_rate AS
WITH result AS (SELECT * FROM cell_result UNION ALL SELECT * FROM cell_result_now),
ranked AS ( -- narrow rows: sorting them twice is what this view costs
    SELECT cell,
           row_number() OVER (PARTITION BY rate_group ORDER BY n = 0,
               val_accuracy_mean DESC NULLS LAST, val_r2_mean DESC NULLS LAST,
               val_loss_mean NULLS LAST, learning_rate) AS place,
           count(*) OVER (PARTITION BY rate_group) AS rates_tried,
           rank() OVER (PARTITION BY rate_group ORDER BY learning_rate) - 1 AS below
    FROM result JOIN cell USING (cell)
)
SELECT activation, initializer, depth, width, dataset, model, optimizer, batch_size,
       learning_rate, n, val_accuracy_mean, val_accuracy_std, val_r2_mean, val_r2_std,
       val_loss_mean, diverged, rates_tried, below, rates_tried - 1 - below AS above,
       below = 0 OR below = rates_tried - 1 AS on_edge, training, phase, rate_group, cell
FROM ranked CROSS JOIN cell USING (cell) JOIN result USING (cell)
WHERE place = 1 AND n > 0
ORDER BY dataset, depth, activation, initializer, rate_group;

CREATE VIEW gradient_decay AS
SELECT c.activation, c.initializer, c.depth, c.width, c.dataset, c.model, c.optimizer,
       c.learning_rate, c.batch_size, r.n, r.gradient_decay_initial, r.gradient_decay,
       r.delta_decay_initial, r.delta_decay, r.diverged, c.training, c.phase, c.cell
FROM (SELECT * FROM cell_result UNION ALL SELECT * FROM cell_result_now) r JOIN cell c USING (cell)
ORDER BY c.dataset, c.activation, c.initializer, c.depth, c.cell;

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

CREATE VIEW pairs AS
WITH twin AS (
    SELECT a.cell AS cell_a, b.cell AS cell_b,
           a.status = 'finished' AND b.status = 'finished' AS both,
           CASE WHEN a.status = 'finished' AND b.status = 'finished'
               THEN a.val_accuracy - b.val_accuracy END AS difference,
           CASE WHEN a.status = 'finished' AND b.status = 'finished'
               THEN a.val_loss - b.val_loss END AS loss_difference
    FROM trial a INDEXED BY trial_pair CROSS JOIN trial b INDEXED BY trial_pair
        ON b.pair_group = a.pair_group AND b.activation > a.activation
), pair AS (
    SELECT cell_a, cell_b, count(*) AS ran, sum(both) AS n, avg(difference) AS difference,
           sum(difference * difference) AS squares, count(difference) AS n_accuracy,
           avg(loss_difference) AS loss_difference,
           sum(loss_difference * loss_difference) AS loss_squares,
           count(loss_difference) AS n_loss,
           sum(coalesce(difference, -loss_difference) > 0) AS a_better,
           sum(coalesce(difference, -loss_difference) < 0) AS b_better
    FROM twin
    GROUP BY cell_a, cell_b
)
SELECT a.activation AS activation_a, b.activation AS activation_b, a.initializer, a.depth,
       a.width, a.dataset, a.model, a.optimizer, a.learning_rate, a.batch_size, p.n,
       p.difference AS val_accuracy_difference_mean,
       sqrt(max(0.0, (p.squares - p.n_accuracy * p.difference * p.difference)
           / nullif(p.n_accuracy - 1, 0))) AS val_accuracy_difference_std,
       p.loss_difference AS val_loss_difference_mean,
       sqrt(max(0.0, (p.loss_squares - p.n_loss * p.loss_difference * p.loss_difference)
           / nullif(p.n_loss - 1, 0))) AS val_loss_difference_std, p.a_better, p.b_better,
       p.ran - p.n AS unpaired, a.training, a.phase, p.cell_a, p.cell_b
FROM pair p JOIN cell a ON a.cell = p.cell_a JOIN cell b ON b.cell = p.cell_b;
UPDATE cell SET settled = 0;
INSERT INTO cell_result SELECT * FROM cell_result_now;
INSERT INTO cell_epoch SELECT * FROM cell_epoch_now;
INSERT INTO cell_layer SELECT * FROM cell_layer_now;
UPDATE cell SET settled = 1;
PRAGMA user_version = 3;
COMMIT;
