-- Which learning rate should each activation have, and was the tried range wide enough?
SELECT activation, initializer, depth, learning_rate, n,
       round(val_accuracy_mean, 4) AS val_accuracy, round(val_r2_mean, 4) AS val_r2,
       round(val_loss_mean, 4) AS val_loss,
       diverged, rates_tried, below, above,
       CASE on_edge WHEN 1 THEN 'yes' ELSE 'no' END AS on_edge, dataset, model, optimizer, training
FROM best_learning_rate;
