-- Times are Unix milliseconds, truth values 0 or 1, ids UUIDv7 in text, structures JSON in text.

CREATE TABLE organizations (
    id            TEXT   NOT NULL PRIMARY KEY,
    parent_id     TEXT   REFERENCES organizations (id),
    kind          TEXT   NOT NULL,
    code          TEXT   NOT NULL UNIQUE,
    name          TEXT   NOT NULL,
    -- Counts the moves of this node and of those above it: what a terminal sees may have changed.
    lineage       BIGINT NOT NULL DEFAULT 0,
    created_at_ms BIGINT NOT NULL
);
CREATE INDEX organizations_parent ON organizations (parent_id);
-- One tree: at most one node without a parent.
CREATE UNIQUE INDEX organizations_root ON organizations ((parent_id IS NULL)) WHERE parent_id IS NULL;

-- Every node with itself (depth 0) and each node above it, and with '*', which stands for
-- everybody. Makes "within this subtree" and "visible here" one indexed lookup.
CREATE TABLE organization_lines (
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    ancestor_id     TEXT   NOT NULL,
    depth           BIGINT NOT NULL,
    PRIMARY KEY (organization_id, ancestor_id)
);
CREATE INDEX organization_lines_ancestor ON organization_lines (ancestor_id, organization_id);

CREATE TABLE staff_accounts (
    id              TEXT   NOT NULL PRIMARY KEY,
    login           TEXT   NOT NULL UNIQUE,
    password_hash   TEXT   NOT NULL,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    failed_attempts BIGINT NOT NULL DEFAULT 0,
    locked_until_ms BIGINT,
    disabled_at_ms  BIGINT,
    created_at_ms   BIGINT NOT NULL
);

CREATE TABLE staff_sessions (
    token_sha256  TEXT   NOT NULL PRIMARY KEY,
    account_id    TEXT   NOT NULL REFERENCES staff_accounts (id),
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX staff_sessions_account ON staff_sessions (account_id);
CREATE INDEX staff_sessions_expiry ON staff_sessions (expires_at_ms);

CREATE TABLE files (
    name          TEXT   NOT NULL PRIMARY KEY,
    bytes         BIGINT NOT NULL,
    media_type    TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE bulletins (
    id              TEXT   NOT NULL PRIMARY KEY,
    state           TEXT   NOT NULL,
    version         BIGINT NOT NULL,
    list_id         TEXT   NOT NULL,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    audience_id     TEXT   NOT NULL REFERENCES organizations (id),
    title           TEXT   NOT NULL,
    summary         TEXT   NOT NULL,
    urgent          BIGINT NOT NULL,
    cover           TEXT,
    body            TEXT   NOT NULL,
    published_at_ms BIGINT,
    expires_at_ms   BIGINT,
    source_key      TEXT   UNIQUE,
    source_hash     TEXT,
    created_at_ms   BIGINT NOT NULL,
    updated_at_ms   BIGINT NOT NULL
);
CREATE INDEX bulletins_organization ON bulletins (organization_id, id);
CREATE INDEX bulletins_audience ON bulletins (audience_id);
CREATE INDEX bulletins_expiry ON bulletins (state, expires_at_ms);

CREATE TABLE programmes (
    id              TEXT   NOT NULL PRIMARY KEY,
    category        TEXT   NOT NULL,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    audience_id     TEXT   NOT NULL REFERENCES organizations (id),
    title           TEXT   NOT NULL,
    description     TEXT   NOT NULL,
    published_at_ms BIGINT NOT NULL,
    duration_ms     BIGINT NOT NULL,
    poster          TEXT   NOT NULL,
    renditions      TEXT   NOT NULL,
    captions        TEXT   NOT NULL,
    withdrawn_at_ms BIGINT,
    source_key      TEXT   UNIQUE,
    source_hash     TEXT,
    created_at_ms   BIGINT NOT NULL,
    updated_at_ms   BIGINT NOT NULL
);
CREATE INDEX programmes_organization ON programmes (organization_id, id);
CREATE INDEX programmes_audience ON programmes (audience_id);

CREATE TABLE township (
    id          BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    document    TEXT   NOT NULL,
    source_hash TEXT   NOT NULL
);

-- The feed. `seq` is taken by updating the one row here, whose lock is held until the commit: so
-- numbers become visible in their order, on PostgreSQL too.
CREATE TABLE feed_state (
    id    BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch TEXT   NOT NULL,
    seq   BIGINT NOT NULL
);
INSERT INTO feed_state (id, epoch, seq) VALUES (1, '', 0);

-- The last change of each document for each audience it has had; live = 0 is a tombstone. A
-- document is live for one audience at most, and that row has the highest seq of its rows.
CREATE TABLE feed_entries (
    document_id   TEXT   NOT NULL,
    audience_id   TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    seq           BIGINT NOT NULL,
    live          BIGINT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    PRIMARY KEY (document_id, audience_id)
);
CREATE UNIQUE INDEX feed_entries_audience ON feed_entries (audience_id, seq);
CREATE INDEX feed_entries_tombstones ON feed_entries (live, changed_at_ms);

-- Newest seq of each audience, and the newest seq of a tombstone that was thrown away.
CREATE TABLE feed_heads (
    audience_id TEXT   NOT NULL PRIMARY KEY,
    seq         BIGINT NOT NULL,
    purged_seq  BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE terminals (
    id              TEXT   NOT NULL PRIMARY KEY,
    kind            TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    token_sha256    TEXT   NOT NULL UNIQUE,
    enrolled_at_ms  BIGINT NOT NULL,
    seen_at_ms      BIGINT,
    revoked_at_ms   BIGINT
);
CREATE INDEX terminals_organization ON terminals (organization_id, id);

CREATE TABLE enrolments (
    device_code_sha256 TEXT   NOT NULL PRIMARY KEY,
    user_code          TEXT   NOT NULL UNIQUE,
    hardware           TEXT   NOT NULL,
    state              TEXT   NOT NULL,
    created_at_ms      BIGINT NOT NULL,
    expires_at_ms      BIGINT NOT NULL,
    interval_ms        BIGINT NOT NULL,
    last_poll_at_ms    BIGINT,
    organization_id    TEXT   REFERENCES organizations (id),
    terminal_kind      TEXT,
    terminal_name      TEXT
);
CREATE INDEX enrolments_expiry ON enrolments (expires_at_ms);

CREATE TABLE progress (
    terminal_id  TEXT   NOT NULL REFERENCES terminals (id),
    programme_id TEXT   NOT NULL REFERENCES programmes (id),
    position_ms  BIGINT NOT NULL,
    duration_ms  BIGINT NOT NULL,
    watched_ms   BIGINT NOT NULL,
    finished     BIGINT NOT NULL,
    at_ms        BIGINT NOT NULL,
    PRIMARY KEY (terminal_id, programme_id)
);
CREATE INDEX progress_programme ON progress (programme_id);

CREATE TABLE idempotency_keys (
    scope         TEXT   NOT NULL,
    key           TEXT   NOT NULL,
    request_hash  TEXT   NOT NULL,
    status        BIGINT NOT NULL,
    body          TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at_ms);

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
