-- What did tuning choose for each activation, on an edge of what was tried or not?
SELECT activation, label AS chosen, metric, round(value, 4) AS value, seeds, diverged, candidates,
       trials, how, edge
FROM selection
ORDER BY metric, activation, tuning_group;
