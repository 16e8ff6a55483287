-- Imports of people, for as long as they can be taken back: a day.

CREATE TABLE member_imports (
    id              TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    by_login        TEXT   NOT NULL,
    added           BIGINT NOT NULL DEFAULT 0,
    changed         BIGINT NOT NULL DEFAULT 0,
    unchanged       BIGINT NOT NULL DEFAULT 0,
    at_ms           BIGINT NOT NULL,
    undone_at_ms    BIGINT
);
CREATE INDEX member_imports_at ON member_imports (at_ms);
CREATE INDEX member_imports_organization ON member_imports (organization_id, id);

-- Whom an import added or changed, in its order; of those it changed what was there before. Numbers are sealed
-- for the member, as there.
CREATE TABLE member_import_people (
    import_id          TEXT   NOT NULL REFERENCES member_imports (id),
    seq                BIGINT NOT NULL,
    member_id          TEXT   NOT NULL REFERENCES members (id),
    added              BIGINT NOT NULL,
    -- What the import made of them: whoever has another version or source by now was changed since.
    version_after      BIGINT NOT NULL,
    source_hash_after  TEXT,
    -- Households may be taken away meanwhile.
    household_id       TEXT,
    name               TEXT,
    status             TEXT,
    id_sealed          TEXT,
    id_index           TEXT,
    id_hint            TEXT,
    born_on            TEXT,
    sex                TEXT,
    phone_sealed       TEXT,
    phone_index        TEXT,
    phone_hint         TEXT,
    card_sealed        TEXT,
    card_index         TEXT,
    card_hint          TEXT,
    joined_on          TEXT,
    exempt_reason      TEXT,
    source_key         TEXT,
    source_hash        TEXT,
    PRIMARY KEY (import_id, seq)
);
CREATE INDEX member_import_people_member ON member_import_people (member_id);

-- Households an import made.
CREATE TABLE member_import_households (
    import_id    TEXT NOT NULL REFERENCES member_imports (id),
    household_id TEXT NOT NULL,
    PRIMARY KEY (import_id, household_id)
);
