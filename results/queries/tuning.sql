-- What did tuning choose for each activation, on an edge of what was tried or not?
SELECT s.activation, c.initializer, c.depth, s.label AS chosen, s.metric,
       round(s.value, 4) AS value, s.seeds, s.diverged, s.candidates, s.trials, s.how, s.edge,
       c.dataset, c.model
FROM selection s LEFT JOIN cell c ON c.cell = s.cell
ORDER BY c.dataset, s.metric, s.activation, c.initializer, c.depth, c.model, s.tuning_group;
