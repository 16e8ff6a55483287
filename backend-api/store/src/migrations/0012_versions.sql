-- What two people can edit counts its versions, so that nobody writes over what they have not read.
-- Bulletins, meetings and members did so from the beginning.
ALTER TABLE households ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE terminals ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE duty_rooms ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE staff_accounts ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE township ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- Login name of whoever wrote the version there is; NULL: the server by itself, or it is not known.
ALTER TABLE bulletins ADD COLUMN updated_by TEXT;
ALTER TABLE meetings ADD COLUMN updated_by TEXT;
ALTER TABLE members ADD COLUMN updated_by TEXT;
UPDATE meetings SET updated_by = created_by WHERE version = 1;

-- Why staff cancelled it.
ALTER TABLE meetings ADD COLUMN cancel_reason TEXT;
