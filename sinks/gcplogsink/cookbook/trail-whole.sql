SELECT DISTINCT insert_id, timestamp,
  JSON_VALUE(labels, '$.service') AS service,
  JSON_VALUE(labels, '$.instance') AS instance,
  JSON_VALUE(labels, '$.trail') AS trail,
  JSON_VALUE(labels, '$.sequence') AS sequence,
  JSON_VALUE(labels, '$.action') AS action,
  JSON_VALUE(labels, '$.reason') AS reason,
  TO_JSON_STRING(JSON_QUERY(json_payload, '$.data.details')) AS details
FROM `{view}`
WHERE log_name = @log AND timestamp >= @since AND timestamp < @until
  AND JSON_VALUE(labels, '$.action') IN ('GAP_FOUND', 'EVENTS_DROPPED', 'DENIES_SUPPRESSED', 'EVENT_QUARANTINED', 'DECISION_ABANDONED')
ORDER BY timestamp, insert_id
