-- How does training go, epoch by epoch, at the best learning rate, as the mean over seeds?
WITH best AS MATERIALIZED (
    SELECT cell, activation, initializer, depth, learning_rate, dataset, model, optimizer, training
    FROM best_learning_rate
), curve AS ( -- not `convergence`: SQLite would compute the curves of all cells first
    SELECT e.* FROM best b CROSS JOIN cell_epoch e ON e.cell = b.cell
    UNION ALL
    SELECT e.* FROM cell_epoch_now e WHERE e.cell IN (SELECT cell FROM best)
)
SELECT b.activation, b.initializer, b.depth, b.learning_rate, e.epoch, e.n,
       round(e.train_loss, 4) AS train_loss, round(e.val_loss, 4) AS val_loss,
       round(e.train_accuracy, 4) AS train_accuracy, round(e.val_accuracy, 4) AS val_accuracy,
       round(e.val_r2, 4) AS val_r2, b.dataset, b.model, b.optimizer, b.training
FROM curve e JOIN best b ON b.cell = e.cell
ORDER BY b.dataset, b.activation, b.initializer, b.depth, b.learning_rate, b.model, b.training,
         b.cell, e.epoch;
