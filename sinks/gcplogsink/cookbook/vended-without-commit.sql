WITH events AS (
  SELECT DISTINCT insert_id, timestamp,
    JSON_VALUE(labels, '$.action') AS action,
    JSON_VALUE(labels, '$.actor') AS actor,
    REGEXP_EXTRACT(JSON_VALUE(labels, '$.resource'), '^[^:]*:([^:]*)') AS table_name,
    JSON_VALUE(json_payload, '$.data.details.access') AS access,
    CAST(JSON_VALUE(json_payload, '$.data.details.ttlSeconds') AS INT64) AS ttl
  FROM `{view}`
  WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
    AND LOWER(JSON_VALUE(labels, '$.tenant')) = LOWER(@tenant)
    AND JSON_VALUE(labels, '$.action') IN ('CRED_VEND_ALLOW', 'ICEBERG_COMMIT')
)
SELECT DISTINCT v.insert_id, v.timestamp, v.actor, v.table_name, v.ttl
FROM events AS v
LEFT JOIN events AS c
  ON c.action = 'ICEBERG_COMMIT' AND c.actor = v.actor AND c.table_name = v.table_name
  AND TIMESTAMP_DIFF(c.timestamp, v.timestamp, SECOND) BETWEEN 0 AND v.ttl
WHERE v.action = 'CRED_VEND_ALLOW' AND v.access = 'read_write' AND c.insert_id IS NULL
ORDER BY v.timestamp, v.insert_id
