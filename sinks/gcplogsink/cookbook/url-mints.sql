SELECT domain, COUNT(*) AS requests, SUM(paths) AS paths
FROM (
  SELECT DISTINCT insert_id, JSON_VALUE(json_payload, '$.data.details.domain') AS domain,
    CAST(JSON_VALUE(json_payload, '$.data.details.pathCount') AS INT64) AS paths
  FROM `{view}`
  WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
    AND JSON_VALUE(labels, '$.action') = 'URL_MINT_ALLOW'
    AND LOWER(JSON_VALUE(labels, '$.tenant')) = LOWER(@tenant)
) AS mints
GROUP BY domain
ORDER BY domain
