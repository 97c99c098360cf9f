/**
 * Models that are described before they have a file and get it by kind, who deployed what where, and operations that
 * were recorded by others. A step of the workspace's schema: never edited once released.
 */
export const DESCRIBED_MODELS_SCHEMA = `
CREATE TABLE model_card (
  model_id TEXT PRIMARY KEY REFERENCES model(id) ON DELETE CASCADE, kind TEXT, card TEXT NOT NULL
) STRICT;

CREATE TABLE model_file (
  model_id TEXT NOT NULL REFERENCES model(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'data', 'code', 'env')),
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES artifact(sha256),
  bytes INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (model_id, kind)
) STRICT;
CREATE INDEX model_file_by_artifact ON model_file(sha256);

CREATE TABLE deployment_placement (
  deployment_id TEXT PRIMARY KEY REFERENCES deployment(id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  placement TEXT NOT NULL,
  inference_data INTEGER NOT NULL
) STRICT;
CREATE INDEX deployment_placement_by_owner ON deployment_placement(owner);

CREATE TABLE operation (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  deployment_id TEXT NOT NULL,
  model_id TEXT NOT NULL,
  data TEXT NOT NULL,
  result TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX operation_by_owner ON operation(owner, at);
CREATE INDEX operation_by_deployment ON operation(deployment_id, at);
`
