-- What rows are found by when somebody types: the name and how it is read (src/found_by.rs, which fills it for
-- what is there).
ALTER TABLE members ADD COLUMN found_by TEXT NOT NULL DEFAULT '';
ALTER TABLE households ADD COLUMN found_by TEXT NOT NULL DEFAULT '';
ALTER TABLE terminals ADD COLUMN found_by TEXT NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN found_by TEXT NOT NULL DEFAULT '';
ALTER TABLE bulletins ADD COLUMN found_by TEXT NOT NULL DEFAULT '';
ALTER TABLE programmes ADD COLUMN found_by TEXT NOT NULL DEFAULT '';

-- Lists that are narrowed to an organization, newest first.
CREATE INDEX households_organization ON households (organization_id, id);
-- The log of one of the staff, of one kind of deed, and since a moment.
CREATE INDEX audit_entries_at ON audit_entries (at_ms, seq);
CREATE INDEX audit_entries_actor ON audit_entries (actor, seq);
CREATE INDEX audit_entries_action ON audit_entries (action, seq);
