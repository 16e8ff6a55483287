-- Why a bulletin was handed back or withdrawn, or a programme withdrawn: reason, who and when, as JSON.
ALTER TABLE bulletins ADD COLUMN taken_back TEXT;
ALTER TABLE programmes ADD COLUMN taken_back TEXT;
