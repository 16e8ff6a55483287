-- Who got something wrong that can be guessed, how often lately, and until when nothing of theirs is
-- looked at. What is counted, for whom and how strictly stands in the server's table.

CREATE TABLE limits (
    -- What is guessed, and for whom it is counted.
    kind            TEXT   NOT NULL,
    scope           TEXT   NOT NULL,
    subject         TEXT   NOT NULL,
    -- Since when, and how often since.
    since_ms        BIGINT NOT NULL,
    failed          BIGINT NOT NULL,
    -- How often it was locked: each time for longer.
    locks           BIGINT NOT NULL,
    locked_until_ms BIGINT NOT NULL,
    forget_at_ms    BIGINT NOT NULL,
    PRIMARY KEY (kind, scope, subject)
);
CREATE INDEX limits_locked ON limits (locked_until_ms);
CREATE INDEX limits_forgotten ON limits (forget_at_ms);

-- Wrong PINs are counted there as well, for a quarter of an hour.
DROP TABLE pin_attempts;

-- Where a box that waits asked from: the address, and the network it is in.
ALTER TABLE enrolments ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE enrolments ADD COLUMN network TEXT NOT NULL DEFAULT '';
CREATE INDEX enrolments_network ON enrolments (network, created_at_ms);

-- When a terminal was heard of before it was silent for long, and since when it is heard of again.
ALTER TABLE terminals ADD COLUMN heard_before_ms BIGINT;
ALTER TABLE terminals ADD COLUMN heard_since_ms BIGINT;
