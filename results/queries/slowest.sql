-- Which settings take the time? Means over the trials, twenty slowest first
SELECT c.activation, c.depth, c.width, c.batch_size, sum(r.n) AS trials,
       round(sum(r.n * r.seconds_mean) / sum(r.n), 3) AS seconds,
       round(sum(r.n * r.samples_per_second_mean) / sum(r.n)) AS samples_per_second,
       round(sum(r.n * r.flops_per_second_mean) / sum(r.n) / 1e9, 2) AS gflops,
       round(100 * sum(r.n * r.probe_share_mean) / sum(r.n), 1) AS probes_percent, c.dataset,
       c.model
FROM (SELECT * FROM cell_result UNION ALL SELECT * FROM cell_result_now) r JOIN cell c USING (cell)
WHERE r.n > 0
GROUP BY c.activation, c.depth, c.width, c.batch_size, c.dataset, c.model
ORDER BY sum(r.n * r.seconds_mean) / sum(r.n) DESC
LIMIT 20;
