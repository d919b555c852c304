-- How does training go, epoch by epoch, at the best learning rate, as the mean over seeds?
SELECT b.activation, b.initializer, b.depth, b.learning_rate, e.epoch, e.n,
       round(e.train_loss_mean, 4) AS train_loss, round(e.val_loss_mean, 4) AS val_loss,
       round(e.train_accuracy_mean, 4) AS train_accuracy,
       round(e.val_accuracy_mean, 4) AS val_accuracy, round(e.val_r2_mean, 4) AS val_r2, b.dataset,
       b.model, b.optimizer, b.training
FROM best_learning_rate b JOIN convergence e ON e.cell = b.cell
ORDER BY b.dataset, b.activation, b.initializer, b.depth, b.learning_rate, b.model, b.training,
         b.cell, e.epoch;
