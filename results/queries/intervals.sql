-- How sure are the means over the seeds? Validation accuracy (R2, for numbers), 95 % t intervals
SELECT c.activation, c.initializer, c.depth, c.learning_rate, r.n, round(r.mean, 4) AS mean,
       round(r.low, 4) AS low, round(r.high, 4) AS high, round(r.std, 4) AS std,
       round(r.median, 4) AS median, round(r.iqm, 4) AS iqm, r.left_out, c.dataset, c.model,
       c.optimizer, c.training
FROM (SELECT cell, count(score) AS n, mean(score) AS mean, ci_low(score) AS low,
             ci_high(score) AS high, std(score) AS std, median(score) AS median,
             iqm(score) AS iqm, count(*) - count(score) AS left_out -- diverged, failed, infinite
      FROM (SELECT cell, CASE WHEN status = 'finished' AND abs(coalesce(val_accuracy, val_r2)) < 9e999
                              THEN coalesce(val_accuracy, val_r2) END AS score
            FROM trial)
      GROUP BY cell) r JOIN cell c ON c.cell = r.cell
WHERE r.n > 0
ORDER BY c.dataset, r.mean DESC, c.cell;
