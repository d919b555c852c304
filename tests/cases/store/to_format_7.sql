-- Takes a store of format 8 back to format 7, as 0.5 has it: for the tests of what becomes of an
-- older store.
BEGIN;
DROP TABLE selection; DROP TABLE selection_past;
PRAGMA user_version = 7;
COMMIT;
