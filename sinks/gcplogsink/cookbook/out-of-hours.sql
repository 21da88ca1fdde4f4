SELECT DISTINCT insert_id, timestamp,
  JSON_VALUE(labels, '$.tenant') AS tenant,
  JSON_VALUE(labels, '$.action') AS action,
  JSON_VALUE(labels, '$.actor') AS actor,
  JSON_VALUE(labels, '$.resource') AS resource
FROM `{view}`
WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
  AND JSON_VALUE(labels, '$.action') IN ('CRED_VEND_ALLOW', 'URL_MINT_ALLOW', 'ICEBERG_COMMIT')
  AND STRPOS(@hours, FORMAT_TIMESTAMP('%H', timestamp, @zone)) > 0
ORDER BY timestamp, insert_id
