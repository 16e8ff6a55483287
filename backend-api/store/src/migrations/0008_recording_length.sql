-- How long the recording of a meeting is, to be compared with the meeting.

ALTER TABLE meetings ADD COLUMN recording_ms BIGINT;
