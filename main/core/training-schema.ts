/** Tables of people's own training scripts: runs, their files, their logs, and when they run by themselves. */
export const TRAINING_SCHEMA = `
CREATE TABLE training (
  id TEXT PRIMARY KEY REFERENCES job(id),
  model_id TEXT NOT NULL REFERENCES model(id) ON DELETE CASCADE,
  trigger TEXT NOT NULL CHECK (trigger IN ('person', 'schedule', 'drift')),
  options TEXT NOT NULL,
  metrics TEXT NOT NULL,
  surroundings TEXT,
  outcome TEXT,
  tail TEXT NOT NULL
) STRICT;
CREATE INDEX training_by_model ON training(model_id);

CREATE TABLE training_file (
  training_id TEXT NOT NULL REFERENCES training(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('code', 'data', 'env')),
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES artifact(sha256),
  PRIMARY KEY (training_id, kind)
) STRICT;
CREATE INDEX training_file_by_artifact ON training_file(sha256);

CREATE TABLE training_log (
  training_id TEXT NOT NULL REFERENCES training(id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  stream TEXT NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (training_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE training_plan (
  model_id TEXT PRIMARY KEY REFERENCES model(id) ON DELETE CASCADE,
  plan TEXT NOT NULL,
  due_at INTEGER,
  drift_at INTEGER,
  failure TEXT
) STRICT;
`
