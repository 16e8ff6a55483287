-- People, rights and the audit log.

-- Roles move from settings into the account.
ALTER TABLE staff_accounts ADD COLUMN role TEXT NOT NULL DEFAULT 'reader';
UPDATE staff_accounts SET role = COALESCE((
    SELECT CASE s.value
        WHEN 'administrator' THEN 'platform_administrator'
        WHEN 'publisher' THEN 'office_publisher'
        WHEN 'editor' THEN 'branch_secretary'
        ELSE 'reader' END
    FROM settings s WHERE s.key = 'staff.role.' || staff_accounts.id), 'reader');
DELETE FROM settings WHERE key LIKE 'staff.role.%';
-- Second factor: the secret sealed by the vault; pending until a first code was right. The last
-- accepted 30 s step, so that a code counts once (RFC 6238 section 5.2).
ALTER TABLE staff_accounts ADD COLUMN totp_sealed TEXT;
ALTER TABLE staff_accounts ADD COLUMN totp_pending TEXT;
ALTER TABLE staff_accounts ADD COLUMN totp_last_step BIGINT NOT NULL DEFAULT 0;

-- A session is named by its id, so that lists never show a token, not even hashed.
ALTER TABLE staff_sessions ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE staff_sessions ADD COLUMN address TEXT;
UPDATE staff_sessions SET id = token_sha256;
CREATE UNIQUE INDEX staff_sessions_id ON staff_sessions (id);

CREATE TABLE households (
    id              TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    name            TEXT   NOT NULL,
    terminal_id     TEXT   UNIQUE REFERENCES terminals (id),
    created_at_ms   BIGINT NOT NULL
);
CREATE UNIQUE INDEX households_name ON households (organization_id, name);
-- A box that is admitted as the TV of a household.
ALTER TABLE enrolments ADD COLUMN household_id TEXT REFERENCES households (id);

-- Personal numbers are sealed (AEAD, key id inside the text) and found by a keyed blind index.
-- `*_hint` is the masked form that screens may show.
CREATE TABLE members (
    id              TEXT   NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    household_id    TEXT   REFERENCES households (id),
    name            TEXT   NOT NULL,
    status          TEXT   NOT NULL,
    id_sealed       TEXT,
    id_index        TEXT,
    id_hint         TEXT,
    born_on         TEXT,
    sex             TEXT,
    phone_sealed    TEXT,
    phone_index     TEXT,
    phone_hint      TEXT,
    card_sealed     TEXT,
    card_index      TEXT   UNIQUE,
    card_hint       TEXT,
    joined_on       TEXT,
    exempt_reason   TEXT,
    -- HMAC of the PIN with the vault's PIN key and the member's id.
    pin_hash        TEXT,
    -- Row of the list they were imported from, and a keyed hash of what it said.
    source_key      TEXT   UNIQUE,
    source_hash     TEXT,
    left_at_ms      BIGINT,
    created_at_ms   BIGINT NOT NULL,
    updated_at_ms   BIGINT NOT NULL
);
CREATE INDEX members_organization ON members (organization_id, id);
CREATE INDEX members_household ON members (household_id);
CREATE INDEX members_id ON members (id_index);
CREATE INDEX members_phone ON members (phone_index);
CREATE INDEX members_name ON members (name);

CREATE TABLE member_transfers (
    id                   TEXT   NOT NULL PRIMARY KEY,
    member_id            TEXT   NOT NULL REFERENCES members (id),
    from_organization_id TEXT   NOT NULL REFERENCES organizations (id),
    to_organization_id   TEXT   NOT NULL REFERENCES organizations (id),
    at_ms                BIGINT NOT NULL,
    by_login             TEXT   NOT NULL,
    reason               TEXT   NOT NULL
);
CREATE INDEX member_transfers_member ON member_transfers (member_id, at_ms);

-- Where the people somebody may sign in as have changed, so that a process finds what another one
-- changed: of an organization, for the stations at and above it (terminal_id is empty), or of one
-- home's TV. Taken by updating the one row of `people_state`, as in the feed.
CREATE TABLE people_state (
    id  BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL
);
INSERT INTO people_state (id, seq) VALUES (1, 0);
CREATE TABLE people_changes (
    organization_id TEXT   NOT NULL,
    terminal_id     TEXT   NOT NULL,
    seq             BIGINT NOT NULL,
    PRIMARY KEY (organization_id, terminal_id)
);
CREATE INDEX people_changes_seq ON people_changes (seq);

-- Wrong PINs of one member on one terminal.
CREATE TABLE pin_attempts (
    member_id       TEXT   NOT NULL REFERENCES members (id),
    terminal_id     TEXT   NOT NULL REFERENCES terminals (id),
    failed          BIGINT NOT NULL,
    locked_until_ms BIGINT,
    PRIMARY KEY (member_id, terminal_id)
);

CREATE TABLE member_sessions (
    token_sha256  TEXT   NOT NULL PRIMARY KEY,
    member_id     TEXT   NOT NULL REFERENCES members (id),
    terminal_id   TEXT   NOT NULL REFERENCES terminals (id),
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX member_sessions_expiry ON member_sessions (expires_at_ms);

-- What staff should look at: a locked PIN, a sign-in to verify, a probable duplicate.
CREATE TABLE staff_notices (
    id              TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    kind            TEXT   NOT NULL,
    subject         TEXT   NOT NULL,
    detail          TEXT   NOT NULL,
    at_ms           BIGINT NOT NULL,
    seen_at_ms      BIGINT
);
CREATE INDEX staff_notices_organization ON staff_notices (organization_id, id);

-- Append-only and hash-chained: each hash covers the entry and the hash before it. `seq` is taken
-- by updating the one row of `audit_state`, whose lock is held until the commit. What is chained
-- of a detail is its salted hash: a purge takes detail and salt away, and the chain still holds.
CREATE TABLE audit_state (
    id   BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);
INSERT INTO audit_state (id, seq, hash) VALUES (1, 0, '');
CREATE TABLE audit_entries (
    seq             BIGINT NOT NULL PRIMARY KEY,
    at_ms           BIGINT NOT NULL,
    actor           TEXT   NOT NULL,
    action          TEXT   NOT NULL,
    subject         TEXT   NOT NULL,
    organization_id TEXT,
    detail          TEXT,
    salt            TEXT,
    detail_hash     TEXT   NOT NULL,
    hash            TEXT   NOT NULL
);
CREATE INDEX audit_entries_organization ON audit_entries (organization_id, seq);
CREATE INDEX audit_entries_subject ON audit_entries (subject, seq);
