-- Whoever asked the same has what is attached to the answer, too: a row of their own for the same file, whose bytes are
-- sealed for the attachment it was first. NULL: for its own id.
ALTER TABLE attachments ADD COLUMN sealed_as TEXT;
