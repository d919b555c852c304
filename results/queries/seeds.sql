-- How much do results differ between seeds, everything else being equal?
SELECT activation, initializer, depth, learning_rate, count(*) AS n,
       round(min(val_accuracy), 4) AS lowest, round(median(val_accuracy), 4) AS median,
       round(max(val_accuracy), 4) AS highest, round(stddev(val_accuracy), 4) AS std,
       round(max(val_loss) - min(val_loss), 4) AS val_loss_range, dataset
FROM trial
WHERE status = 'finished'
GROUP BY cell
ORDER BY dataset, max(val_accuracy) - min(val_accuracy) DESC, max(val_loss) - min(val_loss) DESC, cell;
