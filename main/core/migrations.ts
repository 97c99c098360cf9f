import type { Migration } from '../store/database'
import { DESCRIBED_MODELS_SCHEMA } from './described-models-schema'
import { METHOD_DRIFT_SCHEMA } from './method-drift-schema'
import { TRAINING_SCHEMA } from './training-schema'

/** The schema of workstation.db, step by step. */
export const WORKSTATION_MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    sql: `
CREATE TABLE project (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, description TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE artifact (
  sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, received_at INTEGER NOT NULL
) STRICT;

CREATE TABLE model (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project(id),
  name TEXT NOT NULL COLLATE NOCASE,
  description TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (project_id, name)
) STRICT;
CREATE INDEX model_by_update ON model(updated_at, id);

CREATE TABLE model_version (
  id TEXT PRIMARY KEY,
  model_id TEXT NOT NULL REFERENCES model(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  task TEXT NOT NULL,
  original_file TEXT NOT NULL REFERENCES artifact(sha256),
  original_file_name TEXT NOT NULL,
  original_bytes INTEGER NOT NULL,
  served_file TEXT NOT NULL REFERENCES artifact(sha256),
  training_file TEXT NOT NULL REFERENCES artifact(sha256),
  training_file_name TEXT NOT NULL,
  target_column TEXT,
  signature TEXT NOT NULL,
  graph TEXT NOT NULL,
  changes TEXT NOT NULL,
  self_test TEXT NOT NULL,
  profile TEXT NOT NULL,
  examples TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (model_id, number)
) STRICT;

CREATE TABLE deployment (
  log_key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL REFERENCES project(id),
  model_version_id TEXT NOT NULL REFERENCES model_version(id),
  name TEXT NOT NULL,
  stage TEXT NOT NULL CHECK (stage IN ('staging', 'production', 'archived')),
  status TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'failed')),
  failure TEXT,
  traffic_percent INTEGER NOT NULL CHECK (traffic_percent BETWEEN 1 AND 100),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_production_deployment ON deployment(project_id) WHERE stage = 'production';
CREATE INDEX deployment_by_project ON deployment(project_id, created_at);
CREATE INDEX deployment_by_version ON deployment(model_version_id);

CREATE TABLE deployment_change (
  id INTEGER PRIMARY KEY,
  deployment_id TEXT NOT NULL REFERENCES deployment(id) ON DELETE CASCADE,
  action TEXT NOT NULL, actor TEXT NOT NULL, from_stage TEXT, to_stage TEXT NOT NULL, note TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX deployment_change_by_deployment ON deployment_change(deployment_id, id);

CREATE TABLE api_key (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, prefix TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL, last_used_at INTEGER, revoked_at INTEGER
) STRICT;

CREATE TABLE job (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, subject TEXT NOT NULL, status TEXT NOT NULL, progress REAL NOT NULL,
  message TEXT NOT NULL, payload TEXT NOT NULL, result TEXT NOT NULL, error TEXT,
  created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER
) STRICT;
CREATE INDEX job_by_creation ON job(created_at, id);
CREATE INDEX job_by_subject ON job(subject, created_at);
CREATE INDEX job_by_status ON job(status, created_at);

CREATE TABLE workspace_fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE drift_snapshot (
  deployment_id TEXT PRIMARY KEY REFERENCES deployment(id) ON DELETE CASCADE, snapshot TEXT NOT NULL
) STRICT;
`,
  },
  // Rows of the training data that answers are explained against.
  { id: 2, sql: 'ALTER TABLE model_version ADD COLUMN background TEXT' },
  {
    id: 3,
    sql: `
CREATE TABLE privacy_policy (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project(id),
  name TEXT NOT NULL COLLATE NOCASE,
  description TEXT NOT NULL,
  profile TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'active')),
  auto_detect INTEGER NOT NULL,
  confidence_threshold REAL NOT NULL CHECK (confidence_threshold BETWEEN 0 AND 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX one_privacy_policy_of_a_name ON privacy_policy(project_id, name) WHERE removed_at IS NULL;

CREATE TABLE privacy_rule (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  policy_id TEXT NOT NULL REFERENCES privacy_policy(id) ON DELETE CASCADE,
  pii_type TEXT NOT NULL,
  action TEXT NOT NULL,
  is_enabled INTEGER NOT NULL,
  config TEXT NOT NULL,
  is_default INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (policy_id, pii_type)
) STRICT;

CREATE TABLE privacy_token (
  token TEXT PRIMARY KEY, pii_type TEXT NOT NULL, sealed BLOB NOT NULL, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE deployment ADD COLUMN privacy_policy_id TEXT REFERENCES privacy_policy(id);
ALTER TABLE deployment ADD COLUMN privacy_anonymize_logs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN privacy_anonymize_response INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN privacy_column_map TEXT NOT NULL DEFAULT '{}';
ALTER TABLE deployment ADD COLUMN privacy_threshold REAL;
CREATE INDEX deployment_by_privacy_policy ON deployment(privacy_policy_id);
`,
  },
  {
    id: 4,
    sql: `
CREATE TABLE alert_rule (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project(id) ON DELETE CASCADE,
  deployment_id TEXT REFERENCES deployment(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  metric TEXT NOT NULL,
  feature TEXT,
  condition TEXT NOT NULL,
  threshold REAL NOT NULL,
  severity TEXT NOT NULL,
  channels TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  cooldown_minutes INTEGER NOT NULL,
  escalation_minutes INTEGER,
  escalation_severity TEXT,
  window_minutes INTEGER NOT NULL,
  minimum_requests INTEGER NOT NULL,
  muted_until INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX alert_rule_by_project ON alert_rule(project_id, created_at);

CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project(id) ON DELETE CASCADE,
  deployment_id TEXT NOT NULL REFERENCES deployment(id) ON DELETE CASCADE,
  rule_id TEXT REFERENCES alert_rule(id) ON DELETE SET NULL,
  rule_name TEXT NOT NULL,
  metric TEXT NOT NULL,
  condition TEXT NOT NULL,
  threshold REAL NOT NULL,
  value REAL NOT NULL,
  detail TEXT NOT NULL,
  severity TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'acknowledged', 'resolved')),
  opened_at INTEGER NOT NULL,
  acknowledged_at INTEGER,
  acknowledged_by TEXT,
  resolved_at INTEGER,
  resolved_by TEXT,
  escalated_at INTEGER,
  notified_at INTEGER,
  muted_until INTEGER,
  recovering_since INTEGER,
  is_over INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_alert_under_way ON alert(rule_id, deployment_id) WHERE status <> 'resolved';
CREATE INDEX alert_by_rule ON alert(rule_id, deployment_id, opened_at);
CREATE INDEX alert_by_project ON alert(project_id, opened_at);
CREATE INDEX alert_by_deployment ON alert(deployment_id);
CREATE INDEX alert_by_status ON alert(status, opened_at);

CREATE TABLE alert_event (
  id INTEGER PRIMARY KEY,
  alert_id TEXT NOT NULL REFERENCES alert(id) ON DELETE CASCADE,
  type TEXT NOT NULL, actor TEXT NOT NULL, note TEXT NOT NULL, value REAL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX alert_event_by_alert ON alert_event(alert_id, id);

CREATE TABLE alert_delivery (
  id TEXT PRIMARY KEY,
  alert_id TEXT REFERENCES alert(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  channel_type TEXT NOT NULL,
  target TEXT NOT NULL,
  channel TEXT NOT NULL,
  notice TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'skipped')),
  attempts INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  next_attempt_at INTEGER,
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX alert_delivery_by_alert ON alert_delivery(alert_id, created_at);
CREATE INDEX alert_delivery_pending ON alert_delivery(next_attempt_at) WHERE status = 'pending';

CREATE TABLE alert_delivery_attempt (
  delivery_id TEXT NOT NULL REFERENCES alert_delivery(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  status_code INTEGER,
  error TEXT,
  PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    id: 5,
    sql: `
CREATE TABLE model_version_quality (
  version_id TEXT PRIMARY KEY REFERENCES model_version(id) ON DELETE CASCADE, reference TEXT NOT NULL
) STRICT;

CREATE TABLE ground_truth_setting (
  deployment_id TEXT PRIMARY KEY REFERENCES deployment(id) ON DELETE CASCADE,
  key_columns TEXT NOT NULL, positive_class TEXT
) STRICT;
`,
  },
  {
    id: 6,
    sql: 'ALTER TABLE deployment ADD COLUMN is_shadow INTEGER NOT NULL DEFAULT 0 CHECK (is_shadow IN (0, 1))',
  },
  {
    id: 7,
    sql: 'CREATE TABLE browser_session (hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT',
  },
  // Training data become optional; what was converted, and how it compares with the original, is kept.
  {
    id: 8,
    sql: `
ALTER TABLE model_version ADD COLUMN optional_file TEXT REFERENCES artifact(sha256);
ALTER TABLE model_version ADD COLUMN optional_file_name TEXT;
ALTER TABLE model_version ADD COLUMN optional_profile TEXT;
UPDATE model_version
  SET optional_file = training_file, optional_file_name = training_file_name, optional_profile = profile;
ALTER TABLE model_version DROP COLUMN training_file;
ALTER TABLE model_version DROP COLUMN training_file_name;
ALTER TABLE model_version DROP COLUMN profile;
ALTER TABLE model_version RENAME COLUMN optional_file TO training_file;
ALTER TABLE model_version RENAME COLUMN optional_file_name TO training_file_name;
ALTER TABLE model_version RENAME COLUMN optional_profile TO profile;
ALTER TABLE model_version ADD COLUMN conversion TEXT;
ALTER TABLE model_version ADD COLUMN verification TEXT;
`,
  },
  {
    id: 9,
    sql: `
CREATE TABLE importance (
  id TEXT PRIMARY KEY,
  deployment_id TEXT NOT NULL REFERENCES deployment(id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  result TEXT NOT NULL
) STRICT;
CREATE INDEX importance_by_deployment ON importance(deployment_id, created_at);

CREATE TABLE importance_dependence (
  importance_id TEXT NOT NULL REFERENCES importance(id) ON DELETE CASCADE,
  feature TEXT NOT NULL,
  points TEXT NOT NULL,
  PRIMARY KEY (importance_id, feature)
) STRICT;
`,
  },
  { id: 10, sql: METHOD_DRIFT_SCHEMA },
  { id: 11, sql: DESCRIBED_MODELS_SCHEMA },
  { id: 12, sql: TRAINING_SCHEMA },
]

/** The schema of predictions.db, which only the writer thread changes. */
export const PREDICTION_MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    sql: `
CREATE TABLE prediction (
  deployment INTEGER NOT NULL,
  id BLOB NOT NULL,
  request BLOB NOT NULL,
  inputs TEXT,
  prediction TEXT,
  probabilities TEXT,
  status_code INTEGER NOT NULL,
  error TEXT,
  latency REAL NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (deployment, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE prediction_minute (
  deployment INTEGER NOT NULL,
  minute INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  latencies BLOB NOT NULL,
  PRIMARY KEY (deployment, minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift_window (
  deployment INTEGER NOT NULL,
  model_version TEXT NOT NULL,
  window_start INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  feature_counts BLOB NOT NULL,
  prediction_counts BLOB NOT NULL,
  PRIMARY KEY (deployment, model_version, window_start)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    id: 2,
    // Sums over months of minutes are read from here, past the histograms that lie between the counts.
    sql: 'CREATE INDEX prediction_minute_counts ON prediction_minute(deployment, minute, rows, errors);',
  },
  {
    id: 3,
    sql: `
CREATE TABLE prediction_key (
  deployment INTEGER NOT NULL, column_name TEXT NOT NULL, value TEXT NOT NULL, prediction BLOB NOT NULL,
  PRIMARY KEY (deployment, column_name, value, prediction)
) STRICT, WITHOUT ROWID;
CREATE INDEX prediction_key_by_prediction ON prediction_key(deployment, prediction);

CREATE TABLE ground_truth (
  deployment INTEGER NOT NULL, prediction BLOB NOT NULL,
  revision INTEGER NOT NULL, actual TEXT NOT NULL, observed_at INTEGER, received_at INTEGER NOT NULL,
  PRIMARY KEY (deployment, prediction)
) STRICT, WITHOUT ROWID;

CREATE TABLE ground_truth_replaced (
  deployment INTEGER NOT NULL, prediction BLOB NOT NULL,
  revision INTEGER NOT NULL, actual TEXT NOT NULL, observed_at INTEGER, received_at INTEGER NOT NULL,
  PRIMARY KEY (deployment, prediction, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE ground_truth_waiting (
  deployment INTEGER NOT NULL, column_name TEXT NOT NULL, value TEXT NOT NULL,
  revision INTEGER NOT NULL, actual TEXT NOT NULL, observed_at INTEGER, received_at INTEGER NOT NULL,
  PRIMARY KEY (deployment, column_name, value, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX ground_truth_waiting_by_arrival ON ground_truth_waiting(deployment, received_at);

CREATE TABLE ground_truth_unseen (
  deployment INTEGER NOT NULL, label TEXT NOT NULL, PRIMARY KEY (deployment, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE ground_truth_upload (job TEXT PRIMARY KEY, line INTEGER NOT NULL, report TEXT NOT NULL) STRICT;

-- What is known of a prediction goes with it, whoever removes it; sums over it stay.
CREATE TRIGGER prediction_removed AFTER DELETE ON prediction BEGIN
  DELETE FROM prediction_key WHERE deployment = old.deployment AND prediction = old.id;
  DELETE FROM ground_truth WHERE deployment = old.deployment AND prediction = old.id;
  DELETE FROM ground_truth_replaced WHERE deployment = old.deployment AND prediction = old.id;
END;

CREATE TABLE quality_window (
  deployment INTEGER NOT NULL, window_start INTEGER NOT NULL, sums TEXT NOT NULL,
  PRIMARY KEY (deployment, window_start)
) STRICT, WITHOUT ROWID;

CREATE TABLE score_window (
  deployment INTEGER NOT NULL, window_start INTEGER NOT NULL, rows INTEGER NOT NULL, counts BLOB NOT NULL,
  PRIMARY KEY (deployment, window_start)
) STRICT, WITHOUT ROWID;
`,
  },
]
