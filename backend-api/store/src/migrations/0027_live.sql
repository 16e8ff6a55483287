-- Meetings that were planned together and are held again and again.
CREATE TABLE meeting_series (
    id            TEXT   NOT NULL PRIMARY KEY,
    -- By which rule their days were reckoned.
    rhythm        TEXT   NOT NULL,
    -- How many were planned.
    meetings      BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

-- NULL: planned alone.
ALTER TABLE meetings ADD COLUMN series_id TEXT REFERENCES meeting_series (id);
ALTER TABLE meetings ADD COLUMN series_number BIGINT;
CREATE UNIQUE INDEX meetings_series ON meetings (series_id, series_number);
