SELECT
  JSON_VALUE(labels, '$.actor') AS actor,
  REGEXP_EXTRACT(JSON_VALUE(labels, '$.resource'), '^[^:]*:([^:]*)') AS table_name,
  MIN(timestamp) AS first_access
FROM `{view}`
WHERE log_name = @log AND timestamp < @until
  AND JSON_VALUE(labels, '$.action') = 'CRED_VEND_ALLOW'
  AND LOWER(JSON_VALUE(labels, '$.tenant')) = LOWER(@tenant)
GROUP BY actor, table_name
HAVING MIN(timestamp) >= @since
ORDER BY first_access, actor, table_name
