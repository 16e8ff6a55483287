-- A recording that staff want to cut before it is published: whether it is to wait, what waits (JSON), and which part of
-- what was recorded is to be made of it (JSON).
ALTER TABLE meetings ADD COLUMN hold_recording BIGINT NOT NULL DEFAULT 0;
ALTER TABLE meetings ADD COLUMN held TEXT;
ALTER TABLE meetings ADD COLUMN recording_cut TEXT;
