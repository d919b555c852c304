-- How well do the trained nets bear noise on their inputs? Means over the seeds, level by level
SELECT c.activation, c.initializer, c.depth, c.learning_rate, r.noise, r.level, r.n,
       round(r.loss, 4) AS loss, round(r.accuracy, 4) AS accuracy, round(r.r2, 4) AS r2, r.part,
       c.dataset, c.model, c.optimizer, c.training
FROM (SELECT * FROM cell_robustness UNION ALL SELECT * FROM cell_robustness_now) r
    JOIN cell c USING (cell)
ORDER BY c.dataset, c.activation, c.initializer, c.depth, c.learning_rate, c.model, c.training,
         c.cell, r.noise, r.level;
