SELECT DISTINCT insert_id, timestamp,
  JSON_VALUE(labels, '$.tenant') AS tenant,
  JSON_VALUE(labels, '$.resource') AS resource,
  JSON_VALUE(json_payload, '$.data.details.snapshotId') AS snapshot_id,
  JSON_VALUE(json_payload, '$.data.details.operation') AS operation,
  JSON_VALUE(json_payload, '$.data.details.replay') AS replay,
  JSON_VALUE(labels, '$.request') AS request
FROM `{view}`
WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
  AND JSON_VALUE(labels, '$.action') = 'ICEBERG_COMMIT'
  AND LOWER(JSON_VALUE(labels, '$.actor')) = LOWER(@actor)
ORDER BY timestamp, insert_id
