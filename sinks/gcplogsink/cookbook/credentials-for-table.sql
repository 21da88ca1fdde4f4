SELECT DISTINCT insert_id, timestamp,
  JSON_VALUE(labels, '$.tenant') AS tenant,
  JSON_VALUE(labels, '$.actor') AS actor,
  JSON_VALUE(json_payload, '$.data.details.access') AS access,
  JSON_VALUE(json_payload, '$.data.details.ttlSeconds') AS ttl_seconds,
  JSON_VALUE(labels, '$.request') AS request
FROM `{view}`
WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
  AND JSON_VALUE(labels, '$.action') = 'CRED_VEND_ALLOW'
  AND (JSON_VALUE(labels, '$.resource') = CONCAT('iceberg/table:', @table)
    OR STARTS_WITH(JSON_VALUE(labels, '$.resource'), CONCAT('iceberg/table:', @table, ':')))
ORDER BY timestamp, insert_id
