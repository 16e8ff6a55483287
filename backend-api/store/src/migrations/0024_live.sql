-- Meetings that are held again and again, and what staff have televisions do from afar.

-- Meetings that were planned together.
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

CREATE TABLE remote_actions (
    id          TEXT   NOT NULL PRIMARY KEY,
    terminal_id TEXT   NOT NULL REFERENCES terminals (id),
    kind        TEXT   NOT NULL,
    asked_by    TEXT   NOT NULL,
    asked_at_ms BIGINT NOT NULL,
    -- When the terminal said that it has it, and that it is done.
    taken_at_ms BIGINT,
    done_at_ms  BIGINT,
    -- What a check found, as JSON.
    found       TEXT
);
CREATE INDEX remote_actions_terminal ON remote_actions (terminal_id, id);
