-- What is to happen at a time, once, whichever server does it.

CREATE TABLE due (
    kind          TEXT   NOT NULL,
    subject       TEXT   NOT NULL,
    at_ms         BIGINT NOT NULL,
    -- Of the server that is doing it; NULL: nobody is.
    lease         TEXT,
    -- Nobody else takes it before: it is being done, or it failed and is to be tried again.
    held_until_ms BIGINT NOT NULL DEFAULT 0,
    attempts      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX due_next ON due (at_ms, kind, subject);
CREATE INDEX due_held ON due (held_until_ms);

-- What was found by looking so far.
INSERT INTO due (kind, subject, at_ms)
    SELECT 'bulletin_expiry', id, expires_at_ms FROM bulletins
    WHERE state = 'published' AND expires_at_ms IS NOT NULL;
INSERT INTO due (kind, subject, at_ms)
    SELECT 'meeting_hiding', id, hide_at_ms FROM meetings WHERE shown = 1 AND hide_at_ms IS NOT NULL;
INSERT INTO due (kind, subject, at_ms)
    SELECT 'meeting_forgotten', id, COALESCE(started_at_ms, starts_at_ms) + planned_ms FROM meetings WHERE state = 'live';
INSERT INTO due (kind, subject, at_ms)
    SELECT 'roll_call', roll_call_id, MIN(CASE state WHEN 'planned' THEN opens_at_ms ELSE closes_at_ms END)
    FROM roll_call_rounds WHERE state IN ('planned', 'open') GROUP BY roll_call_id;
