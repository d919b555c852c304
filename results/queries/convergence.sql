-- How does training go, epoch by epoch, as the mean over seeds?
SELECT activation, initializer, depth, learning_rate, epoch, n,
       round(train_loss_mean, 4) AS train_loss, round(val_loss_mean, 4) AS val_loss,
       round(train_accuracy_mean, 4) AS train_accuracy, round(val_accuracy_mean, 4) AS val_accuracy,
       round(val_r2_mean, 4) AS val_r2, dataset, model, optimizer, training
FROM convergence
ORDER BY dataset, activation, initializer, depth, learning_rate, model, training, cell, epoch;
