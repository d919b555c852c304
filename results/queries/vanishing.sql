-- In which layers did the weight gradient fall under 1e-7, first in which epoch, for how many seeds?
SELECT t.activation, t.initializer, t.depth, t.learning_rate, e.layer, l.name,
       count(DISTINCT t.trial_id) AS seeds, min(e.epoch) AS first_epoch,
       significant(min(e.grad_norm), 3) AS smallest, t.dataset, t.model, t.optimizer,
       t.training
FROM layer_epoch e JOIN trial t USING (trial_id) JOIN layer l USING (trial_id, layer)
WHERE e.grad_norm < 1e-7 AND t.status = 'finished' AND l.name <> 'output'
GROUP BY t.cell, e.layer
ORDER BY t.dataset, t.activation, t.initializer, t.depth, t.learning_rate, t.model, t.training,
         t.cell, e.layer;
