-- Does the gradient reach the first layer? First hidden layer's norm over the last one's
SELECT activation, initializer, depth, learning_rate, n,
       CAST(printf('%.3g', gradient_decay_initial) AS REAL) AS gradient_initial,
       CAST(printf('%.3g', gradient_decay) AS REAL) AS gradient_final,
       CAST(printf('%.3g', delta_decay_initial) AS REAL) AS delta_initial,
       CAST(printf('%.3g', delta_decay) AS REAL) AS delta_final,
       diverged, dataset
FROM gradient_decay;
