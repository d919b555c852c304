-- What becomes of the learned parameters of activations, epoch by epoch? Over the finished trials
SELECT c.activation, c.initializer, c.depth, c.learning_rate, p.layer, p.name AS parameter,
       p.epoch, count(*) AS n, significant(avg(p.mean), 5) AS mean,
       significant(min(p.min), 5) AS min, significant(max(p.max), 5) AS max, c.dataset, c.model,
       c.optimizer, c.training
FROM cell c CROSS JOIN trial t ON t.cell = c.cell AND t.status = 'finished'
    CROSS JOIN activation_parameter_row p ON p.trial = t.number
GROUP BY c.cell, p.layer, p.name, p.epoch
ORDER BY c.dataset, c.activation, c.initializer, c.depth, c.learning_rate, c.model, c.training,
         c.cell, p.layer, p.name, p.epoch;
