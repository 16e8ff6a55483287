-- With which key an entry is chained; 0: of before, with none. The keys are outside the database.
ALTER TABLE audit_entries ADD COLUMN key_id BIGINT NOT NULL DEFAULT 0;
-- The one the newest entry is chained with: the next takes none that is older.
ALTER TABLE audit_state ADD COLUMN key_id BIGINT NOT NULL DEFAULT 0;

-- What somebody signs in with who has lost their second factor; each is good once.
CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL REFERENCES staff_accounts (id),
    -- Keyed by the vault.
    code_hash  TEXT NOT NULL,
    PRIMARY KEY (account_id, code_hash)
);

-- How often an account has looked at numbers in clear, by day of China (2026-11-29).
CREATE TABLE reveals (
    account_id TEXT   NOT NULL REFERENCES staff_accounts (id),
    day        TEXT   NOT NULL,
    count      BIGINT NOT NULL,
    PRIMARY KEY (account_id, day)
);
