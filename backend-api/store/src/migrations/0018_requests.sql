-- What people asked, and what became of it. A confidential report has neither place nor household nor
-- terminal nor people, and its words are sealed.
CREATE TABLE requests (
    id                    TEXT   NOT NULL PRIMARY KEY,
    version               BIGINT NOT NULL,
    -- Whose days its number counts.
    numbered_by           TEXT   NOT NULL REFERENCES organizations (id),
    number                TEXT   NOT NULL,
    number_sealed         TEXT,
    kind                  TEXT   NOT NULL,
    category_id           TEXT   NOT NULL,
    category              TEXT   NOT NULL,
    source                TEXT   NOT NULL,
    place_id              TEXT   REFERENCES organizations (id),
    terminal_id           TEXT   REFERENCES terminals (id),
    household_id          TEXT,
    asker_id              TEXT   REFERENCES members (id),
    entered_by_id         TEXT   REFERENCES members (id),
    phone_sealed          TEXT,
    phone_hint            TEXT,
    may_be_public         BIGINT NOT NULL,
    asked_at_ms           BIGINT,
    received_at_ms        BIGINT NOT NULL,
    -- The first sentence; empty for a confidential one.
    summary               TEXT   NOT NULL,
    state                 TEXT   NOT NULL,
    office_id             TEXT   NOT NULL REFERENCES organizations (id),
    -- 0 village, 1 township, 2 county, 3 prefecture.
    level                 BIGINT NOT NULL,
    least_level           BIGINT NOT NULL,
    -- Ids of those who passed it on, the last one last.
    trail                 TEXT   NOT NULL,
    -- The clock of the first response. `due_at_ms` is NULL when nothing is due.
    clock                 TEXT   NOT NULL,
    hours                 BIGINT NOT NULL,
    extra_hours           BIGINT NOT NULL,
    started_at_ms         BIGINT NOT NULL,
    due_at_ms             BIGINT,
    warned                BIGINT NOT NULL,
    overdue               BIGINT NOT NULL,
    escalations           BIGINT NOT NULL,
    reopenings            BIGINT NOT NULL,
    extension_asked_hours BIGINT,
    -- For figures: the first deadline there was, and the first response.
    first_due_at_ms       BIGINT NOT NULL,
    responded_at_ms       BIGINT,
    wants_verdict         BIGINT NOT NULL,
    wants_addition        BIGINT NOT NULL,
    -- Somebody is to be telephoned, and nobody has reached them.
    to_call               BIGINT NOT NULL,
    -- The entry of the history that the asker is to judge; 0: none.
    answer_entry          BIGINT NOT NULL,
    -- When the asker is reminded to say whether it is solved.
    remind_at_ms          BIGINT,
    verdict               TEXT,
    satisfaction          BIGINT,
    merged_into_id        TEXT   REFERENCES requests (id),
    bulletin_id           TEXT,
    ended_at_ms           BIGINT,
    updated_at_ms         BIGINT NOT NULL,
    UNIQUE (numbered_by, number)
);
CREATE INDEX requests_office ON requests (office_id, state, due_at_ms);
CREATE INDEX requests_place ON requests (place_id, received_at_ms);
CREATE INDEX requests_household ON requests (household_id, received_at_ms);
CREATE INDEX requests_terminal ON requests (terminal_id, received_at_ms);
CREATE INDEX requests_asker ON requests (asker_id, received_at_ms);
CREATE INDEX requests_entered_by ON requests (entered_by_id);
CREATE INDEX requests_merged ON requests (merged_into_id);
CREATE INDEX requests_category ON requests (category_id, received_at_ms);

CREATE TABLE request_history (
    request_id  TEXT   NOT NULL REFERENCES requests (id),
    number      BIGINT NOT NULL,
    at_ms       BIGINT NOT NULL,
    what        TEXT   NOT NULL,
    -- What an asker may know of who it was: an office, 本人; empty: the clock.
    who         TEXT   NOT NULL,
    -- The account, which only staff see.
    login       TEXT,
    text        TEXT   NOT NULL,
    text_sealed TEXT,
    is_internal BIGINT NOT NULL,
    PRIMARY KEY (request_id, number)
);

-- The last number of a day. It is counted in the transaction that uses it, so there is no gap.
CREATE TABLE request_numbers (
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    day             TEXT   NOT NULL,
    last            BIGINT NOT NULL,
    PRIMARY KEY (organization_id, day)
);

-- The working calendar, a year each, of the organization at the top.
CREATE TABLE work_years (
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    year            BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    -- Hours of a working day, JSON.
    hours           TEXT   NOT NULL,
    updated_at_ms   BIGINT NOT NULL,
    PRIMARY KEY (organization_id, year)
);

-- Days that are not what their day of the week says.
CREATE TABLE work_days (
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    date            TEXT   NOT NULL,
    is_working      BIGINT NOT NULL,
    note            TEXT   NOT NULL,
    PRIMARY KEY (organization_id, date)
);
