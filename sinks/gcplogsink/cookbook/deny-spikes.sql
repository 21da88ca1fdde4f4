SELECT
  JSON_VALUE(labels, '$.tenant') AS tenant,
  TIMESTAMP_TRUNC(timestamp, HOUR) AS hour,
  COUNT(DISTINCT insert_id) AS denies
FROM `{view}`
WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
  AND JSON_VALUE(labels, '$.outcome') = 'deny'
GROUP BY tenant, hour
HAVING COUNT(DISTINCT insert_id) >= @threshold
ORDER BY tenant, hour
