-- How does training go, epoch by epoch, over all learning rates and batch sizes?
SELECT activation, initializer, depth, epoch, cells, n, round(train_loss_mean, 4) AS train_loss,
       round(val_loss_mean, 4) AS val_loss, round(train_accuracy_mean, 4) AS train_accuracy,
       round(val_accuracy_mean, 4) AS val_accuracy, round(val_r2_mean, 4) AS val_r2, dataset,
       model, optimizer, training
FROM curves
ORDER BY dataset, activation, initializer, depth, model, optimizer, training, phase, epoch;
