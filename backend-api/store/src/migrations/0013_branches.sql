-- Pages of organizations: one each at most, under the organization's own id.

CREATE TABLE branch_pages (
    id              TEXT   NOT NULL PRIMARY KEY REFERENCES organizations (id),
    organization_id TEXT   NOT NULL REFERENCES organizations (id) CHECK (organization_id = id),
    audience_id     TEXT   NOT NULL REFERENCES organizations (id),
    version         BIGINT NOT NULL,
    secretary       TEXT   NOT NULL,
    telephone       TEXT   NOT NULL,
    photo           TEXT,
    introduction    TEXT   NOT NULL,
    -- How many there were when terminals were told last.
    members         BIGINT NOT NULL,
    published_at_ms BIGINT NOT NULL,
    withdrawn_at_ms BIGINT,
    source_key      TEXT   UNIQUE,
    source_hash     TEXT,
    created_at_ms   BIGINT NOT NULL,
    updated_at_ms   BIGINT NOT NULL
);
CREATE INDEX branch_pages_audience ON branch_pages (audience_id);

-- Counting the members below a county reads this and no member.
CREATE INDEX members_counted ON members (organization_id, left_at_ms, status);
