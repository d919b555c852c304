-- How much do validation accuracies (R2, for numbers) differ between seeds, all else being equal?
SELECT c.activation, c.initializer, c.depth, c.learning_rate, r.n, round(r.lowest, 4) AS lowest,
       round(r.median, 4) AS median, round(r.highest, 4) AS highest, round(r.std, 4) AS std,
       round(r.loss_range, 4) AS val_loss_range, c.dataset, c.model, c.optimizer, c.training
FROM (SELECT cell, count(*) AS n, min(score) AS lowest, median(score) AS median,
             max(score) AS highest, stddev(score) AS std, max(val_loss) - min(val_loss) AS loss_range
      FROM (SELECT cell, val_loss, coalesce(val_accuracy, val_r2) AS score
            FROM trial WHERE status = 'finished')
      GROUP BY cell) r JOIN cell c ON c.cell = r.cell
ORDER BY c.dataset, r.highest - r.lowest DESC, r.loss_range DESC, c.cell;
