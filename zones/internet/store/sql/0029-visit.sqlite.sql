-- 最多跑一次: the step by which the office asks to come once, and the appointment for which application.
ALTER TABLE application_progress ADD COLUMN visit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE appointment ADD COLUMN application TEXT NOT NULL DEFAULT '';
