-- Which of two activations is better, paired seed by seed with everything else equal?
SELECT activation_a, activation_b, initializer, depth, learning_rate, n,
       round(val_accuracy_difference_mean, 4) AS accuracy_a_minus_b,
       round(val_accuracy_difference_std, 4) AS std, a_better, b_better, unpaired,
       round(val_loss_difference_mean, 4) AS loss_a_minus_b,
       round(val_loss_difference_std, 4) AS loss_std, dataset, model, optimizer,
       training
FROM pairs
ORDER BY dataset, activation_a, activation_b, initializer, depth, learning_rate, model, training,
         cell_a, cell_b;
