-- Takes a store of format 9 back to format 8, as 0.6 has it: for the tests of what becomes of an
-- older store.
BEGIN;
DROP VIEW layer_epoch;
CREATE VIEW layer_epoch AS
SELECT t.trial_id, e.epoch, e.layer, e.grad_norm, e.delta_norm, e.weight_norm, e.update_ratio,
       e.activation_mean, e.activation_std, e.preactivation_mean, e.preactivation_std,
       e.dead_fraction, e.zero_fraction, e.saturated_fraction
FROM trial t CROSS JOIN layer_epoch_row e ON e.trial = t.number;
ALTER TABLE layer_epoch_row DROP COLUMN activation_median;
ALTER TABLE layer_epoch_row DROP COLUMN singular_mean;
PRAGMA user_version = 8;
COMMIT;
