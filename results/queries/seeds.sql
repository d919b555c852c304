-- How much do validation accuracies (R2, for numbers) differ between seeds, all else being equal?
SELECT activation, initializer, depth, learning_rate, count(*) AS n,
       round(min(score), 4) AS lowest, round(median(score), 4) AS median,
       round(max(score), 4) AS highest, round(stddev(score), 4) AS std,
       round(max(val_loss) - min(val_loss), 4) AS val_loss_range, dataset, model,
       optimizer, training
FROM (SELECT *, coalesce(val_accuracy, val_r2) AS score FROM trial)
WHERE status = 'finished'
GROUP BY cell
ORDER BY dataset, max(score) - min(score) DESC, max(val_loss) - min(val_loss) DESC, cell;
