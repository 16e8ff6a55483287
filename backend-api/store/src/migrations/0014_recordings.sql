-- A recording that could not be made is tried again: how often it failed, why the last time, and when next.
ALTER TABLE meetings ADD COLUMN recording_failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE meetings ADD COLUMN recording_trouble TEXT;
ALTER TABLE meetings ADD COLUMN recording_again_ms BIGINT;
