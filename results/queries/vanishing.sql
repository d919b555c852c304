-- In which layers did the weight gradient fall under 1e-7, first in which epoch, for how many seeds?
SELECT c.activation, c.initializer, c.depth, c.learning_rate, l.layer, l.name,
       l.vanished AS seeds, l.vanished_epoch AS first_epoch,
       significant(l.vanished_grad_norm, 3) AS smallest, c.dataset, c.model, c.optimizer,
       c.training
FROM (SELECT * FROM cell_layer UNION ALL SELECT * FROM cell_layer_now) l JOIN cell c USING (cell)
WHERE l.vanished > 0
ORDER BY c.dataset, c.activation, c.initializer, c.depth, c.learning_rate, c.model, c.training,
         c.cell, l.layer;
