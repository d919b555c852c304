-- How well do the trained nets bear noise on their inputs? Means over the seeds, level by level
SELECT c.activation, c.initializer, c.depth, c.learning_rate, r.noise, r.level, count(*) AS n,
       round(avg(r.loss), 4) AS loss, round(avg(r.accuracy), 4) AS accuracy,
       round(avg(r.r2), 4) AS r2, r.part, c.dataset, c.model, c.optimizer, c.training
FROM robustness r JOIN trial t USING (trial_id) JOIN cell c ON c.cell = t.cell
GROUP BY c.cell, r.noise, r.level
ORDER BY c.dataset, c.activation, c.initializer, c.depth, c.learning_rate, c.model, c.training,
         c.cell, r.noise, r.level;
