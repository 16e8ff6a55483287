-- Roll calls.

-- Counts what terminals should be told of, so that a process finds what another one changed. Taken
-- by updating the one row here, whose lock is held until the commit: so numbers become visible in
-- their order.
CREATE TABLE roll_call_state (
    id  BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL
);
INSERT INTO roll_call_state (id, seq) VALUES (1, 0);

CREATE TABLE roll_calls (
    id              TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    title           TEXT   NOT NULL,
    occasion        TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    statuses        TEXT   NOT NULL,
    -- Key from which the codes of every 30 s come; NULL: none demanded.
    presence_secret TEXT,
    -- Spot checks to be drawn when the first round closes; 0: none.
    spot_count      BIGINT NOT NULL DEFAULT 0,
    spot_within_ms  BIGINT NOT NULL DEFAULT 0,
    spot_window_ms  BIGINT NOT NULL DEFAULT 0,
    created_by      TEXT   NOT NULL,
    created_at_ms   BIGINT NOT NULL,
    opened_at_ms    BIGINT,
    closed_at_ms    BIGINT,
    -- Of the last change that concerns everybody called.
    seq             BIGINT NOT NULL DEFAULT 0,
    -- Of the last change of any kind: figures counted at it are still right.
    touched         BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX roll_calls_state ON roll_calls (state, closed_at_ms);
CREATE INDEX roll_calls_organization ON roll_calls (organization_id, id);
CREATE INDEX roll_calls_closed ON roll_calls (closed_at_ms);
CREATE INDEX roll_calls_seq ON roll_calls (seq);

-- Planned and held rounds; `state`: planned, open, closed, cancelled.
CREATE TABLE roll_call_rounds (
    roll_call_id TEXT   NOT NULL REFERENCES roll_calls (id),
    number       BIGINT NOT NULL,
    state        TEXT   NOT NULL,
    opens_at_ms  BIGINT NOT NULL,
    late_at_ms   BIGINT NOT NULL,
    closes_at_ms BIGINT NOT NULL,
    -- Of its opening; 0 before.
    seq          BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (roll_call_id, number)
);
CREATE INDEX roll_call_rounds_opening ON roll_call_rounds (state, opens_at_ms);
CREATE INDEX roll_call_rounds_closing ON roll_call_rounds (state, closes_at_ms);
CREATE INDEX roll_call_rounds_seq ON roll_call_rounds (seq);

-- Who is called, fixed when it opens, with the organization they belonged to then. A correction
-- by staff stands over all rounds until the next one.
CREATE TABLE roll_call_members (
    roll_call_id    TEXT   NOT NULL REFERENCES roll_calls (id),
    member_id       TEXT   NOT NULL REFERENCES members (id),
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    exempt_reason   TEXT,
    corrected       TEXT,
    correction      TEXT,
    corrected_by    TEXT,
    corrected_at_ms BIGINT,
    -- Of the correction; 0 without one.
    seq             BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (roll_call_id, member_id)
);
CREATE INDEX roll_call_members_organization ON roll_call_members (roll_call_id, organization_id);
CREATE INDEX roll_call_members_member ON roll_call_members (member_id, roll_call_id);
CREATE INDEX roll_call_members_seq ON roll_call_members (seq) WHERE seq > 0;

-- One row is one member's answer to one round, whatever was sent how often. The first one that
-- counts stands; one to verify gives way to a better one.
CREATE TABLE sign_ins (
    roll_call_id   TEXT   NOT NULL REFERENCES roll_calls (id),
    round          BIGINT NOT NULL,
    member_id      TEXT   NOT NULL REFERENCES members (id),
    state          TEXT   NOT NULL,
    method         TEXT   NOT NULL,
    verify         TEXT,
    guest          BIGINT NOT NULL DEFAULT 0,
    terminal_id    TEXT   REFERENCES terminals (id),
    signed_at_ms   BIGINT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    claimed_at_ms  BIGINT NOT NULL,
    offset_ms      BIGINT NOT NULL,
    seq            BIGINT NOT NULL,
    PRIMARY KEY (roll_call_id, round, member_id)
);
CREATE INDEX sign_ins_member ON sign_ins (member_id, roll_call_id);
CREATE INDEX sign_ins_guests ON sign_ins (roll_call_id, member_id) WHERE guest = 1;
CREATE INDEX sign_ins_seq ON sign_ins (seq);
