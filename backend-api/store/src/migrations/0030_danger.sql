-- Urgent notices that come at night, too: somebody's life is in danger.
ALTER TABLE bulletins ADD COLUMN danger BIGINT NOT NULL DEFAULT 0;
