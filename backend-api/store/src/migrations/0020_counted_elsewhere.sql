-- Wrong passwords are counted in `limits`, for logins that nobody has too.
ALTER TABLE staff_accounts DROP COLUMN failed_attempts;
ALTER TABLE staff_accounts DROP COLUMN locked_until_ms;
