-- What terminals should be told of: the last change of each topic for each audience, numbered topic
-- by topic, so that a process finds what another one changed. A number is taken by changing the
-- topic's row of `journal_state`, whose lock is held until the commit: so numbers become visible in
-- their order.
CREATE TABLE journal_state (
    topic TEXT   NOT NULL PRIMARY KEY,
    seq   BIGINT NOT NULL
);
CREATE TABLE journal (
    topic       TEXT   NOT NULL,
    -- below, at, stations_above: of the organization `audience_id`; terminal: that one; own: those
    -- whom the topic finds by itself.
    scope       TEXT   NOT NULL,
    audience_id TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    PRIMARY KEY (topic, scope, audience_id)
);
CREATE INDEX journal_seq ON journal (topic, seq);

-- Who may sign in where and what terminals are were counted by themselves until now. Only servers that
-- ran before this one knew those numbers.
DROP TABLE people_changes;
DROP TABLE people_state;
DELETE FROM settings WHERE key = 'terminals.revocations';
