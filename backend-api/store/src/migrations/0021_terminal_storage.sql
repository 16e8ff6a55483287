-- Where a terminal keeps things, as it says itself; NULL: it has not said.
ALTER TABLE terminals ADD COLUMN storage TEXT;
