-- Duty rooms, and who looked into them.

CREATE TABLE duty_rooms (
    id              TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    title           TEXT   NOT NULL,
    -- One of the two makes the picture; neither once the room is deleted. A station has one room.
    terminal_id     TEXT   UNIQUE REFERENCES terminals (id),
    camera_sealed   TEXT,
    source_key      TEXT   UNIQUE,
    source_hash     TEXT,
    created_by      TEXT   NOT NULL,
    created_at_ms   BIGINT NOT NULL,
    updated_at_ms   BIGINT NOT NULL,
    deleted_at_ms   BIGINT
);
CREATE INDEX duty_rooms_organization ON duty_rooms (organization_id, deleted_at_ms);

-- One row is one look. It stays when its room is deleted: the place can always read who looked.
CREATE TABLE duty_looks (
    id              TEXT   NOT NULL PRIMARY KEY,
    room_id         TEXT   NOT NULL REFERENCES duty_rooms (id),
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    room_title      TEXT   NOT NULL,
    looked_by       TEXT   NOT NULL,
    opened_at_ms    BIGINT NOT NULL,
    closed_at_ms    BIGINT
);
CREATE INDEX duty_looks_room ON duty_looks (room_id, id);
CREATE INDEX duty_looks_place ON duty_looks (organization_id, id);
CREATE INDEX duty_looks_open ON duty_looks (closed_at_ms);
