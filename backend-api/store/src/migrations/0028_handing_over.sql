-- Whoever asked the same has what is attached to the answer, too: a row of their own for the same file, whose bytes are
-- sealed for the attachment it was first. NULL: for its own id.
ALTER TABLE attachments ADD COLUMN sealed_as TEXT;

-- Who looks after what somebody had in hand whose account was closed: a bulletin that is not published yet, a meeting that
-- is not over. Without a line it is whoever wrote it last, or planned it.
CREATE TABLE keepers (
    kind       TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES staff_accounts (id),
    PRIMARY KEY (kind, subject_id)
);
CREATE INDEX keepers_account ON keepers (account_id);
