-- Which of two activations is better, and could it be chance? Pairs of seeds, all else being equal
WITH pair AS MATERIALIZED ( -- of trials that differ in nothing but the activation
    SELECT a.cell AS cell_a, b.cell AS cell_b,
           CASE WHEN a.status = 'finished' AND b.status = 'finished'
                THEN round(coalesce(a.val_accuracy, a.val_r2) - coalesce(b.val_accuracy, b.val_r2), 9)
           END AS d
    FROM trial a JOIN trial b ON b.pair_group = a.pair_group AND b.activation > a.activation
    WHERE a.phase <> 'tune'
), test AS (
    SELECT cell_a, cell_b, count(*) AS ran, count(d) AS n, mean(d) AS difference,
           ci_low(d) AS low, ci_high(d) AS high, hedges_g(d) AS effect,
           prob_better(d) AS better, sign_flip(d) AS p
    FROM (SELECT cell_a, cell_b, CASE WHEN abs(d) < 9e999 THEN d END AS d FROM pair)
    GROUP BY cell_a, cell_b
)
SELECT a.activation AS activation_a, b.activation AS activation_b, a.initializer, a.depth,
       a.learning_rate, t.n, round(t.difference, 4) AS a_minus_b, round(t.low, 4) AS low,
       round(t.high, 4) AS high, significant(t.effect, 3) AS hedges_g,
       round(t.better, 3) AS a_better, significant(t.p, 3) AS p,
       significant(holm(t.p, t.tests) OVER (ORDER BY t.p), 3) AS p_holm, -- of all rows
       t.ran - t.n AS unpaired, a.dataset, a.model, a.optimizer, a.training
FROM (SELECT *, count(p) OVER () AS tests FROM test WHERE n > 0) t
    JOIN cell a ON a.cell = t.cell_a JOIN cell b ON b.cell = t.cell_b
ORDER BY a.dataset, t.p, a.activation, b.activation, t.cell_a, t.cell_b;
