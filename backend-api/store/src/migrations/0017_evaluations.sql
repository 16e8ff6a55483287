-- Evaluations, questionnaires and motions.

CREATE TABLE evaluations (
    id              TEXT   NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    -- Those entitled are in the subtree of who asks, and so are the televisions that show it.
    audience_id     TEXT   NOT NULL REFERENCES organizations (id) CHECK (audience_id = organization_id),
    -- Who is judged; the name as it was when it was written, since the form is frozen too.
    target_id       TEXT   REFERENCES organizations (id),
    target          TEXT   NOT NULL,
    title           TEXT   NOT NULL,
    kind            TEXT   NOT NULL,
    list            TEXT   NOT NULL,
    about           TEXT   NOT NULL,
    statuses        TEXT   NOT NULL,
    named           BIGINT NOT NULL,
    form            TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    -- SHA-256 of the frozen form, and of the list of those entitled; empty before there is one.
    form_hash       TEXT   NOT NULL DEFAULT '',
    entitled_hash   TEXT   NOT NULL DEFAULT '',
    entitled        BIGINT NOT NULL DEFAULT 0,
    announced_at_ms BIGINT,
    opens_at_ms     BIGINT NOT NULL,
    closes_at_ms    BIGINT NOT NULL,
    -- Its time is over, and it waits for staff to say that it may be counted.
    waits           BIGINT NOT NULL DEFAULT 0,
    -- Envelopes and key were deleted and may not have been overwritten on the disk yet.
    to_overwrite    BIGINT NOT NULL DEFAULT 0,
    result          TEXT,
    follow_up       TEXT   REFERENCES bulletins (id),
    cancel_reason   TEXT,
    created_by      TEXT   NOT NULL,
    source_key      TEXT   UNIQUE,
    source_hash     TEXT,
    created_at_ms   BIGINT NOT NULL,
    updated_at_ms   BIGINT NOT NULL
);
CREATE INDEX evaluations_organization ON evaluations (organization_id, id);
CREATE INDEX evaluations_state ON evaluations (state, audience_id);
CREATE INDEX evaluations_follow_up ON evaluations (follow_up) WHERE follow_up IS NOT NULL;

-- Who is entitled, fixed when it opens, and whether they took part: nothing else of it, no time, no place,
-- no order. Until the close their ballot is with it in a sealed envelope; then all envelopes go, and with
-- them who came on paper.
CREATE TABLE evaluation_members (
    evaluation_id   TEXT   NOT NULL REFERENCES evaluations (id),
    member_id       TEXT   NOT NULL REFERENCES members (id),
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    took_part       BIGINT NOT NULL DEFAULT 0,
    on_paper        BIGINT NOT NULL DEFAULT 0,
    envelope        TEXT,
    PRIMARY KEY (evaluation_id, member_id)
--sqlite|) WITHOUT ROWID;
--postgres|);

-- What opens the envelopes of one evaluation, sealed by the vault; from its opening to its close.
CREATE TABLE evaluation_keys (
    evaluation_id TEXT NOT NULL PRIMARY KEY REFERENCES evaluations (id),
    key_sealed    TEXT NOT NULL
);

-- Sheets of paper until the close: who read one first, and what they read, in an envelope.
CREATE TABLE evaluation_sheets (
    evaluation_id TEXT   NOT NULL REFERENCES evaluations (id),
    sheet         BIGINT NOT NULL,
    read_by       TEXT   NOT NULL,
    envelope      TEXT   NOT NULL,
    -- Somebody else read the same: it counts.
    matched       BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (evaluation_id, sheet)
--sqlite|) WITHOUT ROWID;
--postgres|);

-- 我应该能投
CREATE TABLE evaluation_objections (
    id             TEXT   NOT NULL PRIMARY KEY,
    evaluation_id  TEXT   NOT NULL REFERENCES evaluations (id),
    member_id      TEXT   NOT NULL REFERENCES members (id),
    -- What they had been told.
    because        TEXT   NOT NULL,
    at_ms          BIGINT NOT NULL,
    answered_at_ms BIGINT,
    entitled       BIGINT,
    reason         TEXT,
    UNIQUE (evaluation_id, member_id)
);
CREATE INDEX evaluation_objections_member ON evaluation_objections (member_id);

-- What was cast: written at the close, all at once, in the order of random ids. Whose it is stands only where
-- answers carry names.
CREATE TABLE ballots (
    id            TEXT NOT NULL PRIMARY KEY,
    evaluation_id TEXT NOT NULL REFERENCES evaluations (id),
    member_id     TEXT REFERENCES members (id),
    answers       TEXT NOT NULL
--sqlite|) WITHOUT ROWID;
--postgres|);
CREATE INDEX ballots_evaluation ON ballots (evaluation_id, id);
CREATE INDEX ballots_member ON ballots (member_id) WHERE member_id IS NOT NULL;
