SELECT DISTINCT insert_id, timestamp,
  JSON_VALUE(labels, '$.action') AS action,
  JSON_VALUE(labels, '$.actor') AS actor,
  JSON_VALUE(labels, '$.resource') AS resource,
  JSON_VALUE(labels, '$.reason') AS reason,
  JSON_VALUE(labels, '$.request') AS request
FROM `{view}`
WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
  AND JSON_VALUE(labels, '$.outcome') = 'deny'
  AND LOWER(JSON_VALUE(labels, '$.tenant')) = LOWER(@tenant)
ORDER BY timestamp, insert_id
