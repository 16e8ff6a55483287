-- Watched means watched: a programme is finished when most of it was really played, wherever a
-- player said that it stood; and a meeting was not watched for longer than it was on.

-- The parts that were played, as contract::played writes them: `0-60000 90000-120000`, in
-- milliseconds. Of what was reported before, only the place and the time are known.
ALTER TABLE progress ADD COLUMN played TEXT NOT NULL DEFAULT '';

UPDATE progress SET duration_ms =
    COALESCE((SELECT p.duration_ms FROM programmes p WHERE p.id = progress.programme_id AND p.duration_ms > 0),
             duration_ms);

UPDATE progress SET played =
    CAST(CASE WHEN position_ms > watched_ms THEN position_ms - watched_ms ELSE 0 END AS TEXT)
    || '-' || CAST(position_ms AS TEXT)
WHERE finished = 0 AND watched_ms > 0 AND position_ms > 0;

UPDATE progress SET played = '0-' || CAST(duration_ms AS TEXT)
WHERE finished = 1 AND duration_ms > 0 AND watched_ms * 10 >= duration_ms * 9;

-- What a report with nothing watched, or a jump to the end, had made finished. Where its place is
-- wrong, what was watched is taken to be the beginning.
UPDATE progress SET finished = 0,
    played = CASE WHEN watched_ms > 0 THEN '0-' || CAST(watched_ms AS TEXT) ELSE '' END
WHERE finished = 1 AND (duration_ms <= 0 OR watched_ms * 10 < duration_ms * 9);

UPDATE viewings SET watched_ms = last_at_ms - started_at_ms
WHERE watched_ms > last_at_ms - started_at_ms;
