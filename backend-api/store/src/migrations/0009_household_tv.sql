-- A box may be admitted in the place of the TV a household has: only of this one, so that a TV
-- which the household got meanwhile does not lose its people unseen.

ALTER TABLE enrolments ADD COLUMN replaces_terminal_id TEXT;
