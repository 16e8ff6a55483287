-- Films that staff upload, piece by piece, and the programmes that are made of them.

CREATE TABLE uploads (
    id            TEXT   NOT NULL PRIMARY KEY,
    account_id    TEXT   NOT NULL REFERENCES staff_accounts (id),
    file_name     TEXT   NOT NULL,
    -- How long the file is, and how much of it is on the disk for certain.
    bytes         BIGINT NOT NULL,
    received      BIGINT NOT NULL DEFAULT 0,
    -- What its hash has to be in the end, in hexadecimal, if whoever sends it says so.
    sha256        TEXT,
    state         TEXT   NOT NULL,
    problem       TEXT,
    -- How often it was begun to look what it is.
    checks        BIGINT NOT NULL DEFAULT 0,
    created_at_ms BIGINT NOT NULL,
    changed_at_ms BIGINT NOT NULL
);
CREATE INDEX uploads_account ON uploads (account_id, id);
CREATE INDEX uploads_state ON uploads (state, id);

-- The film of a programme that is made of an upload.
CREATE TABLE films (
    programme_id  TEXT   NOT NULL PRIMARY KEY REFERENCES programmes (id),
    -- NULL: what was uploaded is not there any more.
    upload_id     TEXT   REFERENCES uploads (id),
    state         TEXT   NOT NULL,
    percent       BIGINT NOT NULL DEFAULT 0,
    problem       TEXT,
    -- How often it was begun.
    attempts      BIGINT NOT NULL DEFAULT 0,
    poster_at_ms  BIGINT,
    queued_at_ms  BIGINT NOT NULL,
    changed_at_ms BIGINT NOT NULL
);
CREATE INDEX films_upload ON films (upload_id);
CREATE INDEX films_queue ON films (state, queued_at_ms);

-- What two people edit counts its versions; a draft is shown to nobody but staff.
ALTER TABLE programmes ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE programmes ADD COLUMN draft BIGINT NOT NULL DEFAULT 0;
