-- Which trials diverged, at which step and in which layer?
SELECT t.activation, t.initializer, t.depth, t.learning_rate, t.seed,
       t.diverged_step AS step, t.diverged_layer AS layer, l.name, t.diverged_what AS what,
       t.dataset, t.model, t.optimizer, t.training, t.trial_id
FROM trial t LEFT JOIN layer_row l ON l.trial = t.number AND l.layer = t.diverged_layer
WHERE t.status = 'diverged'
ORDER BY t.activation, t.initializer, t.depth, t.learning_rate, t.model,
         t.training, t.seed, t.trial_id;
