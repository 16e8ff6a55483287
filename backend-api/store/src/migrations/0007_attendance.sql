-- Whose attendance is asked, and of which time.

-- Months and years ask when a roll call opened: when it closed may still change.
DROP INDEX roll_calls_closed;
CREATE INDEX roll_calls_opened ON roll_calls (opened_at_ms);

-- The meeting in whose picture its codes are shown; NULL: whoever calls shows them.
ALTER TABLE roll_calls ADD COLUMN meeting_id TEXT REFERENCES meetings (id);
UPDATE roll_calls SET meeting_id = (SELECT MIN(m.id) FROM meetings m WHERE m.roll_call_id = roll_calls.id);
CREATE INDEX roll_calls_meeting ON roll_calls (meeting_id);
-- Whether a code can be in the picture of a meeting that goes on: not where another engine carries it.
ALTER TABLE meetings ADD COLUMN shows_codes BIGINT NOT NULL DEFAULT 0;
-- Why it was cancelled.
ALTER TABLE roll_calls ADD COLUMN cancel_reason TEXT;

-- Whoever was added while it was open answers this round and those after it, and why they were added.
ALTER TABLE roll_call_members ADD COLUMN from_round BIGINT NOT NULL DEFAULT 1;
ALTER TABLE roll_call_members ADD COLUMN added_reason TEXT;

-- What was watched in each year in China, from the moments of the reports. `progress` adds up over all years
-- and has one moment, the last. Of what was added up so far it is not known which year it was: it stays
-- with the year it was shown in.
CREATE TABLE progress_years (
    terminal_id  TEXT   NOT NULL REFERENCES terminals (id),
    programme_id TEXT   NOT NULL REFERENCES programmes (id),
    year         BIGINT NOT NULL,
    watched_ms   BIGINT NOT NULL,
    finished     BIGINT NOT NULL,
    PRIMARY KEY (terminal_id, programme_id, year)
);
CREATE INDEX progress_years_programme ON progress_years (programme_id);
INSERT INTO progress_years (terminal_id, programme_id, year, watched_ms, finished)
SELECT terminal_id, programme_id,
--sqlite|       CAST(strftime('%Y', at_ms / 1000 + 28800, 'unixepoch') AS INTEGER),
--postgres|       CAST(EXTRACT(YEAR FROM to_timestamp(at_ms / 1000 + 28800) AT TIME ZONE 'UTC') AS BIGINT),
       watched_ms, finished
FROM progress;
