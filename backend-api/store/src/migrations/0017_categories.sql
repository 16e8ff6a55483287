-- Categories of one-key service and of suggestions; whoever asks in one keeps it, so none is deleted.
CREATE TABLE categories (
    id              TEXT   NOT NULL PRIMARY KEY,
    code            TEXT   NOT NULL UNIQUE,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    audience_id     TEXT   NOT NULL REFERENCES organizations (id) CHECK (audience_id = organization_id),
    version         BIGINT NOT NULL,
    digit           BIGINT NOT NULL,
    title           TEXT   NOT NULL,
    icon            TEXT   NOT NULL,
    about           TEXT   NOT NULL,
    kind            TEXT   NOT NULL,
    -- Who answers; NULL: the asker's own village.
    office_id       TEXT   REFERENCES organizations (id),
    -- What terminals were told last that it is called.
    office          TEXT   NOT NULL,
    response_hours  BIGINT NOT NULL,
    clock           TEXT   NOT NULL,
    least_level     TEXT   NOT NULL,
    sentences       TEXT   NOT NULL,
    papers          TEXT   NOT NULL,
    canned_replies  TEXT   NOT NULL,
    withdrawn_at_ms BIGINT,
    source_key      TEXT   UNIQUE,
    source_hash     TEXT,
    created_at_ms   BIGINT NOT NULL,
    updated_at_ms   BIGINT NOT NULL
);
CREATE INDEX categories_audience ON categories (audience_id);
CREATE INDEX categories_office ON categories (office_id);

-- Voices and pictures of requests. The bytes lie in the data folder, sealed with a key of their own each.
CREATE TABLE attachments (
    id            TEXT   NOT NULL PRIMARY KEY,
    -- Of which request; NULL: uploaded by staff, and in no answer yet.
    request_id    TEXT,
    -- The number of the entry of its history.
    entry         BIGINT,
    -- By which account; NULL: by who asked.
    uploaded_by   TEXT,
    media_type    TEXT   NOT NULL,
    size          BIGINT NOT NULL,
    length_ms     BIGINT,
    -- SHA-256 of the sealed bytes.
    sealed_hash   TEXT   NOT NULL,
    key_sealed    TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL
);
CREATE INDEX attachments_request ON attachments (request_id, entry);

-- Pages for one telephone, where somebody types and photographs what they ask.
CREATE TABLE request_links (
    id            TEXT   NOT NULL PRIMARY KEY,
    token_hash    TEXT   NOT NULL UNIQUE,
    terminal_id   TEXT   NOT NULL REFERENCES terminals (id),
    category_id   TEXT   NOT NULL REFERENCES categories (id),
    -- At a station: who asks.
    member_id     TEXT,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    -- Of the telephone that has it.
    claim_hash    TEXT,
    -- What was sent from there, as the terminal is told.
    receipt       TEXT
);
CREATE INDEX request_links_terminal ON request_links (terminal_id);
CREATE INDEX request_links_expiry ON request_links (expires_at_ms);

-- By what its author finds a confidential report again. Neither number nor PIN can be read from it.
CREATE TABLE report_keys (
    request_id  TEXT   NOT NULL PRIMARY KEY,
    number_hash TEXT   NOT NULL UNIQUE,
    pin_hash    TEXT   NOT NULL
);
