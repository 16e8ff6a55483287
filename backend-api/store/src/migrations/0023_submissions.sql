-- What villages send to be published: screened, made a draft of, returned or declined.
CREATE TABLE submissions (
    id              TEXT   NOT NULL PRIMARY KEY,
    state           TEXT   NOT NULL,
    version         BIGINT NOT NULL,
    -- By what it came: console, phone.
    source          TEXT   NOT NULL,
    -- Who sends it.
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    title           TEXT   NOT NULL,
    text            TEXT   NOT NULL,
    -- A login name, or what was typed on the telephone.
    sender          TEXT   NOT NULL,
    -- The film, which goes with the programme that is made of it.
    upload_id       TEXT,
    -- Why it was returned or declined.
    reason          TEXT   NOT NULL,
    bulletin_id     TEXT   REFERENCES bulletins (id),
    programme_id    TEXT   REFERENCES programmes (id),
    decided_by      TEXT,
    decided_at_ms   BIGINT,
    sent_at_ms      BIGINT NOT NULL,
    created_at_ms   BIGINT NOT NULL,
    updated_at_ms   BIGINT NOT NULL
);
CREATE INDEX submissions_organization ON submissions (organization_id, state);

-- Of which submission a picture is; then `entry` is its place.
ALTER TABLE attachments ADD COLUMN submission_id TEXT;
CREATE INDEX attachments_submission ON attachments (submission_id);

-- Pages for one telephone, of whatever kind: from one a request is asked at a TV, from another something is sent to
-- be published.
CREATE TABLE phone_links (
    id              TEXT   NOT NULL PRIMARY KEY,
    token_hash      TEXT   NOT NULL UNIQUE,
    -- request, submission
    kind            TEXT   NOT NULL,
    -- Of a request: the TV that shows it, the category, and at a station who asks.
    terminal_id     TEXT   REFERENCES terminals (id),
    category_id     TEXT   REFERENCES categories (id),
    member_id       TEXT,
    -- Of a submission: who sends it, and the account that gave the page.
    organization_id TEXT   REFERENCES organizations (id),
    account_id      TEXT   REFERENCES staff_accounts (id),
    created_at_ms   BIGINT NOT NULL,
    expires_at_ms   BIGINT NOT NULL,
    -- Of the telephone that has it.
    claim_hash      TEXT,
    -- The request that was asked, as the terminal is told.
    receipt         TEXT,
    -- The submission that was sent.
    submission_id   TEXT
);
INSERT INTO phone_links (id, token_hash, kind, terminal_id, category_id, member_id, created_at_ms, expires_at_ms,
    claim_hash, receipt)
    SELECT id, token_hash, 'request', terminal_id, category_id, member_id, created_at_ms, expires_at_ms, claim_hash,
        receipt FROM request_links;
DROP TABLE request_links;
CREATE INDEX phone_links_terminal ON phone_links (terminal_id);
CREATE INDEX phone_links_account ON phone_links (account_id);
CREATE INDEX phone_links_expiry ON phone_links (kind, expires_at_ms);
