SELECT DISTINCT insert_id, timestamp,
  JSON_VALUE(labels, '$.service') AS service,
  JSON_VALUE(labels, '$.tenant') AS tenant,
  JSON_VALUE(labels, '$.action') AS action,
  JSON_VALUE(labels, '$.resource') AS resource,
  JSON_VALUE(labels, '$.outcome') AS outcome,
  JSON_VALUE(labels, '$.reason') AS reason,
  JSON_VALUE(labels, '$.request') AS request
FROM `{view}`
WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
  AND LOWER(JSON_VALUE(labels, '$.actor')) = LOWER(@actor)
ORDER BY timestamp, insert_id
