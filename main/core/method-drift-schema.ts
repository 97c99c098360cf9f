/**
 * Drift by the method that a model asks for: what deployments say themselves, which version they serve since when, runs
 * and their verdicts. A step of the workspace's schema: never edited once released.
 */
export const METHOD_DRIFT_SCHEMA = `
CREATE TABLE method_drift_setting (
  deployment_id TEXT PRIMARY KEY REFERENCES deployment(id) ON DELETE CASCADE,
  is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)), method TEXT NOT NULL
) STRICT;

CREATE TABLE method_drift_served (
  deployment_id TEXT PRIMARY KEY REFERENCES deployment(id) ON DELETE CASCADE,
  model_version_id TEXT NOT NULL, since INTEGER NOT NULL
) STRICT;

CREATE TABLE method_drift_run (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  deployment_id TEXT NOT NULL REFERENCES deployment(id) ON DELETE CASCADE,
  model_id TEXT NOT NULL,
  model_version_id TEXT NOT NULL,
  method TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('compared', 'few_operations', 'no_training_data')),
  operations INTEGER NOT NULL,
  reference_rows INTEGER NOT NULL,
  features INTEGER NOT NULL,
  drifted INTEGER NOT NULL,
  left_out TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX method_drift_run_by_deployment ON method_drift_run(deployment_id, position);

CREATE TABLE method_drift_result (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES method_drift_run(position) ON DELETE CASCADE,
  feature TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('numerical', 'categorical')),
  method TEXT NOT NULL,
  statistic REAL,
  p_value REAL NOT NULL,
  is_drift INTEGER NOT NULL CHECK (is_drift IN (0, 1))
) STRICT;
CREATE INDEX method_drift_result_by_run ON method_drift_result(run, position);
`
