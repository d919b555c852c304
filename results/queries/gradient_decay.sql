-- Does the gradient reach the first layer? First hidden layer's norm over the last one's
SELECT activation, initializer, depth, learning_rate, n,
       significant(gradient_decay_initial, 3) AS gradient_initial,
       significant(gradient_decay, 3) AS gradient_final,
       significant(delta_decay_initial, 3) AS delta_initial,
       significant(delta_decay, 3) AS delta_final,
       diverged, dataset, model, optimizer, training
FROM gradient_decay
ORDER BY dataset, activation, initializer, depth, learning_rate, model, training, cell;
