SELECT DISTINCT insert_id, timestamp,
  JSON_VALUE(labels, '$.actor') AS actor,
  JSON_VALUE(json_payload, '$.data.details.operation') AS operation,
  JSON_VALUE(json_payload, '$.data.details.kind') AS kind,
  JSON_VALUE(labels, '$.resource') AS resource,
  JSON_VALUE(json_payload, '$.data.details.destination') AS destination
FROM `{view}`
WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
  AND JSON_VALUE(labels, '$.action') = 'CATALOG_MUTATE'
  AND LOWER(JSON_VALUE(labels, '$.tenant')) = LOWER(@tenant)
  AND JSON_VALUE(json_payload, '$.data.details.operation') IN ('create', 'drop', 'rename')
ORDER BY timestamp, insert_id
