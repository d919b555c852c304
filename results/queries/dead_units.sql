-- What share of the units is dead, layer by layer, before and after training?
SELECT activation, initializer, depth, learning_rate, layer, name, n,
       round(dead_fraction_initial, 4) AS dead_initial, round(dead_fraction, 4) AS dead_final,
       round(dead_fraction_max, 4) AS dead_worst_trial, round(zero_fraction, 4) AS zero,
       round(saturated_fraction, 4) AS saturated, dataset, model, optimizer,
       training
FROM dead_units
ORDER BY dataset, activation, initializer, depth, learning_rate, model, training, cell, layer;
