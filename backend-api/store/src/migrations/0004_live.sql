-- Meetings, and who watched them.

CREATE TABLE meetings (
    id               TEXT   NOT NULL PRIMARY KEY,
    kind             TEXT   NOT NULL,
    state            TEXT   NOT NULL,
    version          BIGINT NOT NULL,
    title            TEXT   NOT NULL,
    agenda           TEXT   NOT NULL,
    organization_id  TEXT   NOT NULL REFERENCES organizations (id),
    audience_id      TEXT   NOT NULL REFERENCES organizations (id),
    starts_at_ms     BIGINT NOT NULL,
    planned_ms       BIGINT NOT NULL,
    started_at_ms    BIGINT,
    ended_at_ms      BIGINT,
    record           BIGINT NOT NULL,
    recording_list   TEXT   NOT NULL,
    recording        TEXT   NOT NULL,
    programme_id     TEXT   REFERENCES programmes (id),
    roll_call_id     TEXT   REFERENCES roll_calls (id),
    -- Whether it is in the feed, and when it leaves it; NULL: not by itself.
    shown            BIGINT NOT NULL,
    hide_at_ms       BIGINT,
    source_key       TEXT   UNIQUE,
    source_hash      TEXT,
    created_by       TEXT   NOT NULL,
    created_at_ms    BIGINT NOT NULL,
    updated_at_ms    BIGINT NOT NULL
);
CREATE INDEX meetings_organization ON meetings (organization_id, starts_at_ms);
CREATE INDEX meetings_audience ON meetings (audience_id, state);
CREATE INDEX meetings_state ON meetings (state, starts_at_ms);
CREATE INDEX meetings_start ON meetings (starts_at_ms, id);
CREATE INDEX meetings_hiding ON meetings (shown, hide_at_ms);
CREATE INDEX meetings_recording ON meetings (recording);

-- One row is one viewing of one terminal, whatever was sent of it how often: the earliest
-- beginning, the latest end, the longest time.
CREATE TABLE viewings (
    id             TEXT   NOT NULL PRIMARY KEY,
    meeting_id     TEXT   NOT NULL REFERENCES meetings (id),
    terminal_id    TEXT   NOT NULL REFERENCES terminals (id),
    started_at_ms  BIGINT NOT NULL,
    last_at_ms     BIGINT NOT NULL,
    watched_ms     BIGINT NOT NULL,
    received_at_ms BIGINT NOT NULL
);
CREATE INDEX viewings_meeting ON viewings (meeting_id, terminal_id);
CREATE INDEX viewings_terminal ON viewings (terminal_id);

-- Members who were signed in there while it ran.
CREATE TABLE viewing_members (
    viewing_id TEXT NOT NULL REFERENCES viewings (id),
    member_id  TEXT NOT NULL REFERENCES members (id),
    PRIMARY KEY (viewing_id, member_id)
);
CREATE INDEX viewing_members_member ON viewing_members (member_id);
