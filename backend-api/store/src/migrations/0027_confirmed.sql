-- What people have said of the numbers and pictures of a bulletin, as JSON.
ALTER TABLE bulletins ADD COLUMN confirmed TEXT NOT NULL DEFAULT '{}';

-- Files that nothing refers to any more, until they are gone from the disk.
CREATE TABLE unwanted_files (
    name  TEXT   NOT NULL PRIMARY KEY,
    at_ms BIGINT NOT NULL
);
