SELECT tenant, hour, SUM(times) AS denies
FROM (
  SELECT DISTINCT insert_id,
    JSON_VALUE(labels, '$.tenant') AS tenant,
    TIMESTAMP_TRUNC(timestamp, HOUR) AS hour,
    CASE WHEN JSON_VALUE(labels, '$.action') = 'DENIES_SUPPRESSED'
      THEN CAST(JSON_VALUE(json_payload, '$.data.details.count') AS INT64) ELSE 1 END AS times
  FROM `{view}`
  WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
    AND (JSON_VALUE(labels, '$.outcome') = 'deny' OR JSON_VALUE(labels, '$.action') = 'DENIES_SUPPRESSED')
) AS refused
GROUP BY tenant, hour
HAVING SUM(times) >= @threshold
ORDER BY tenant, hour
