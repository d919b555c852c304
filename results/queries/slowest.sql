-- Which settings take the time? Means over the trials, twenty slowest first
SELECT activation, depth, width, batch_size, count(*) AS trials, round(avg(seconds), 3) AS seconds,
       round(avg(samples_per_second)) AS samples_per_second,
       round(avg(flops / seconds) / 1e9, 2) AS gflops,
       round(100 * avg(probe_seconds / seconds), 1) AS probes_percent, dataset, model
FROM trial
WHERE status = 'finished'
GROUP BY activation, depth, width, batch_size, dataset, model
ORDER BY avg(seconds) DESC
LIMIT 20;
