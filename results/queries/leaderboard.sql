-- Which activation is best, at which depth, with what spread between seeds?
SELECT activation, initializer, depth, learning_rate, n,
       round(val_accuracy_mean, 4) AS val_accuracy, round(val_accuracy_std, 4) AS std,
       round(test_accuracy_mean, 4) AS test_accuracy, round(val_r2_mean, 4) AS val_r2,
       round(val_r2_std, 4) AS r2_std, round(test_r2_mean, 4) AS test_r2,
       round(val_loss_mean, 4) AS val_loss, diverged, failed, dataset, model, optimizer, training
FROM leaderboard
WHERE phase <> 'tune' -- nor what a tuning chose once and does not choose any more
  AND NOT (phase = 'final'
           AND cell IN (SELECT cell FROM selection_past EXCEPT SELECT cell FROM selection));
