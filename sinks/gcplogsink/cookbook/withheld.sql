SELECT DISTINCT insert_id, timestamp,
  JSON_VALUE(labels, '$.tenant') AS tenant,
  JSON_VALUE(labels, '$.service') AS service,
  JSON_VALUE(labels, '$.action') AS action,
  JSON_VALUE(labels, '$.actor') AS actor,
  TO_JSON_STRING(JSON_QUERY(json_payload, '$.data.redactions')) AS redactions
FROM `{view}`
WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
  AND JSON_VALUE(labels, '$.redacted') = 'true'
ORDER BY timestamp, insert_id
