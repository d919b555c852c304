-- In which layers did the weight gradient fall under 1e-7, first in which epoch, for how many seeds?
SELECT t.activation, t.initializer, t.depth, t.learning_rate, l.layer, l.name,
       count(*) AS seeds, min(l.vanished_epoch) AS first_epoch,
       significant(min(l.grad_norm_min), 3) AS smallest, t.dataset, t.model, t.optimizer,
       t.training
FROM layer_row l JOIN trial t ON t.number = l.trial
WHERE l.vanished_epoch IS NOT NULL AND t.status = 'finished' AND l.name <> 'output'
GROUP BY t.cell, l.layer
ORDER BY t.dataset, t.activation, t.initializer, t.depth, t.learning_rate, t.model, t.training,
         t.cell, l.layer;
